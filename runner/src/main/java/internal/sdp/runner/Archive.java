package internal.sdp.runner;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** Unpacks {@code .tar.gz}, {@code .zip} and wheels, told apart by their content, not by their names. */
final class Archive {
    private Archive() {}

    /** @param name the archive as messages call it: {@code archive https://…} */
    static void unpack(String name, Path file, Path folder, Limits limits) {
        UnpackedFolder unpacked = new UnpackedFolder(name, folder, limits);
        try {
            byte[] start = readStart(file);
            if (startsWith(start, 0x1f, 0x8b)) {
                unpackTar(file, unpacked);
            } else if (startsWith(start, 'P', 'K')) {
                unpackZip(file, unpacked);
            } else {
                throw RunnerException.at(
                        name, "this is no archive but " + guess(start), "Give the address of a .tar.gz, a wheel or a zip.");
            }
            unpacked.finish();
        } catch (IOException | IllegalArgumentException error) {
            throw RunnerException.at(
                    name,
                    "the archive is damaged: " + error.getMessage(),
                    "Build and publish it again; sdp reads .tar.gz, wheels and zips.");
        }
    }

    private static void unpackTar(Path file, UnpackedFolder unpacked) throws IOException {
        try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file));
                TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(bytes, 1 << 16), "UTF-8")) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.isDirectory()) {
                    unpacked.folder(entry.getName());
                } else if (entry.isSymbolicLink()) {
                    unpacked.symbolicLink(entry.getName(), entry.getLinkName());
                } else if (entry.isLink()) {
                    unpacked.hardLink(entry.getName(), entry.getLinkName());
                } else if (!isDevice(entry) && tar.canReadEntryData(entry)) {
                    unpacked.file(entry.getName(), tar);
                } else {
                    throw unpacked.refused(entry.getName(), "is neither a file nor a folder");
                }
            }
        }
    }

    private static boolean isDevice(TarArchiveEntry entry) {
        return entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO();
    }

    private static void unpackZip(Path file, UnpackedFolder unpacked) throws IOException {
        try (ZipFile zip = ZipFile.builder().setPath(file).get()) {
            for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
                if (entry.isDirectory()) {
                    unpacked.folder(entry.getName());
                } else if (entry.isUnixSymlink()) {
                    unpacked.symbolicLink(entry.getName(), zip.getUnixSymlink(entry));
                } else if (!zip.canReadEntryData(entry)) {
                    throw new ZipException(entry.getName() + " is encrypted, or compressed in an unusual way");
                } else {
                    try (InputStream content = zip.getInputStream(entry)) {
                        unpacked.file(entry.getName(), content);
                    }
                }
            }
        }
    }

    private static byte[] readStart(Path file) throws IOException {
        try (InputStream content = Files.newInputStream(file)) {
            return content.readNBytes(64);
        }
    }

    private static boolean startsWith(byte[] start, int first, int second) {
        return start.length > 1 && (start[0] & 0xff) == first && (start[1] & 0xff) == second;
    }

    private static String guess(byte[] start) {
        String text = new String(start, StandardCharsets.ISO_8859_1).strip();
        if (text.isEmpty()) {
            return "empty";
        }
        if (text.startsWith("<")) {
            return "a web page or XML";
        }
        if (text.startsWith("BZh") || text.startsWith("\u00fd7zXZ") || text.startsWith("(\u00b5/\u00fd")) {
            return "packed by bzip2, xz or zstd";
        }
        boolean printable = text.chars().allMatch(c -> c >= ' ' && c < 127 || c == '\n' || c == '\r' || c == '\t');
        return printable ? "text that starts with \"" + text.lines().findFirst().orElse("") + "\"" : "something else";
    }
}
