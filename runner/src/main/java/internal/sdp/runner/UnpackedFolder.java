package internal.sdp.runner;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder that an archive is unpacked into. Nothing of the archive gets out of it: names that lead elsewhere are refused,
 * and links become copies of what they point to, so that there is none on disk that a later entry could go through.
 */
final class UnpackedFolder {
    private record Link(Path at, String name, Path target, String targetName) {}

    private final String archive;
    private final Path root;
    private final Limits limits;
    private final List<Link> links = new ArrayList<>();
    private long bytes;
    private int entries;

    UnpackedFolder(String archive, Path root, Limits limits) {
        this.archive = archive;
        this.root = root;
        this.limits = limits;
    }

    void folder(String name) throws IOException {
        count();
        Files.createDirectories(place(name, name));
    }

    void file(String name, InputStream content) throws IOException {
        count();
        Path at = place(name, name);
        if (at.equals(root)) {
            throw refused(name, "has no name");
        }
        Files.createDirectories(at.getParent());
        try (OutputStream out = Files.newOutputStream(at)) {
            byte[] buffer = new byte[1 << 16];
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                grow(read);
                out.write(buffer, 0, read);
            }
        }
    }

    void symbolicLink(String name, String target) throws IOException {
        count();
        Path at = place(name, name);
        Path parent = root.relativize(at.equals(root) ? at : at.getParent());
        links.add(new Link(at, name, place(parent.resolve(checked(name, target)).toString(), name), target));
    }

    void hardLink(String name, String target) throws IOException {
        count();
        links.add(new Link(place(name, name), name, place(checked(name, target), name), target));
    }

    /** Puts copies in the places of links, once all files are there. */
    void finish() throws IOException {
        if (entries == 0) {
            throw RunnerException.at(archive, "the archive is empty", "Build and publish it again.");
        }
        List<Link> open = new ArrayList<>(links);
        while (!open.isEmpty()) {
            List<Link> ready = open.stream().filter(link -> Files.exists(link.target())).toList();
            if (ready.isEmpty()) {
                Link link = open.get(0);
                throw refused(link.name(), "is a link to " + link.targetName() + ", which is not in the archive");
            }
            for (Link link : ready) {
                if (link.at().startsWith(link.target())) {
                    throw refused(link.name(), "is a link to a folder that it lies in");
                }
                copy(link.target(), link.at());
            }
            open.removeAll(ready);
        }
    }

    RunnerException refused(String entry, String why) {
        return RunnerException.at(archive, "its entry " + entry + " " + why, "Build the archive without it.");
    }

    private void copy(Path from, Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(from)) {
            all = walk.toList();
        }
        for (Path path : all) {
            String name = root.relativize(to.resolve(from.relativize(path))).toString();
            if (Files.isDirectory(path)) {
                folder(name);
            } else {
                try (InputStream content = Files.newInputStream(path)) {
                    file(name, content);
                }
            }
        }
    }

    private void count() {
        entries++;
        if (entries > limits.entries()) {
            throw RunnerException.at(
                    archive, "it has more than " + limits.entries() + " entries", "Take out what the job does not need.");
        }
    }

    private void grow(int read) {
        bytes += read;
        if (bytes > limits.unpackedBytes()) {
            throw RunnerException.at(
                    archive,
                    "it unpacks to more than " + Limits.size(limits.unpackedBytes()),
                    "Take out what the job does not need.");
        }
    }

    private String checked(String entry, String target) {
        if (target == null || target.startsWith("/")) {
            throw refused(entry, "is a link to " + target + ", outside of the archive");
        }
        return target;
    }

    private Path place(String name, String entry) {
        boolean absolute = name.startsWith("/") || name.startsWith("\\") || name.matches("(?s)[A-Za-z]:[/\\\\].*");
        if (absolute) {
            throw refused(entry, "has an absolute path");
        }
        Path at;
        try {
            at = root.resolve(name).normalize();
        } catch (InvalidPathException error) {
            throw refused(entry.replace('\0', '?'), "has an impossible name");
        }
        if (!at.startsWith(root) || name.matches("(?s)(.*[/\\\\])?\\.\\.[/\\\\].*") && name.equals(entry)) {
            throw refused(entry, "leads out of the archive");
        }
        return at;
    }
}
