package internal.sdp.runner;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts a job's Python code where the workers are told to look for it, and lets one job at a time be built with such code. */
final class PythonCode {
    private static final Logger LOG = LoggerFactory.getLogger(PythonCode.class);
    /** Flink keeps its connection to Python in a static field: one job after the other. */
    private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();
    private static volatile String running;
    /** How long another job, or another JobManager of this machine in the same folder, may take to be built. */
    private static final Duration LOCK_LIMIT = Duration.ofMinutes(5);
    private static final Duration LEFT_OVER = Duration.ofHours(1);

    private PythonCode() {}

    interface Use {
        /** @param packages the folder with those of the requirements, null when there are none */
        void run(Path packages) throws IOException;
    }

    interface Check {
        void run() throws IOException;
    }

    /**
     * Builds a job while its code lies in its folder.
     *
     * @param job as messages name it
     * @param configuration of the cluster and the job
     * @param check looks at the unpacked archive, before the requirements are installed
     */
    static void use(PythonArchive archive, String job, Map<String, String> configuration, Check check, Use use) {
        PythonInterpreter python =
                PythonInterpreter.find(configuration, System.getenv(), EnvironmentInformation.getVersion());
        takeTurn(job);
        try {
            running = job;
            python.requirePyFlink();
            makeRoot(archive.folder().getParent());
            try (FileChannel lock = lock(archive.folder())) {
                use.run(prepare(archive, python, Limits.USUAL, check));
            }
        } catch (IOException error) {
            throw failed(archive.folder().getParent(), error);
        } finally {
            ONE_AT_A_TIME.unlock();
        }
    }

    private static void takeTurn(String job) {
        try {
            if (ONE_AT_A_TIME.tryLock(LOCK_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
        }
        throw RunnerException.at(
                job,
                "another job with Python, " + running + ", has been in building for " + LOCK_LIMIT.toMinutes() + " min",
                "A module has to build its job and to end; correct that one, and restart the cluster.");
    }

    /** Puts the archive into its folder and answers the folder with the packages of the requirements, if any. */
    static Path prepare(PythonArchive archive, PythonInterpreter python, Limits limits, Check check) throws IOException {
        Path folder = archive.folder();
        if (archive.sha256() != null && Files.isDirectory(folder)) {
            LOG.info("{} is there from before, in {}", archive.shown(), folder);
        } else {
            Path draft = Files.createTempDirectory(folder.getParent(), "unfinished-");
            try {
                fetch(archive, draft, python, limits);
            } finally {
                PythonFolder.delete(draft);
            }
        }
        check.run();
        return archive.requirements() == null ? null : PythonRequirements.prepare(archive, python, limits);
    }

    private static void fetch(PythonArchive archive, Path draft, PythonInterpreter python, Limits limits)
            throws IOException {
        String name = archive.shown();
        Path file = draft.resolve("archive");
        String sha256 = Download.fetch("archive", archive.uri(), file, limits);
        LOG.info("{} has SHA-256 {}", name, sha256);
        if (archive.sha256() != null && !archive.sha256().equals(sha256)) {
            throw RunnerException.at(
                    name,
                    "its SHA-256 is " + sha256 + ", not " + archive.sha256(),
                    "Declare that of the archive that is there, or publish the right one.");
        }
        Path unpacked = Files.createDirectory(draft.resolve("unpacked"));
        Archive.unpack(name, file, unpacked, limits);
        Path root = PythonFolder.arrange(name, unpacked, () -> python.pyflink().modules());
        Path folder = archive.folder();
        if (Files.exists(folder)) {
            Files.move(folder, draft.resolve("earlier"), StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(root, folder, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Everything below is run as code, so it belongs to this user alone. */
    static void makeRoot(Path root) throws IOException {
        Files.createDirectories(root.getParent());
        try {
            Files.createDirectory(root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException there) {
            Path own = Files.createTempFile("sdp-owner", null);
            boolean isMine = Files.getOwner(own).equals(Files.getOwner(root));
            Files.delete(own);
            if (!isMine) {
                throw RunnerException.at(
                        root.toString(), "the folder belongs to another user of this machine", "Remove it, or run as that user.");
            }
        }
        removeLeftOvers(root);
    }

    private static void removeLeftOvers(Path root) throws IOException {
        long before = System.currentTimeMillis() - LEFT_OVER.toMillis();
        List<Path> old;
        try (Stream<Path> children = Files.list(root)) {
            old = children.filter(child -> child.getFileName().toString().matches("(unfinished|run)-.*")).toList();
        }
        for (Path path : old) {
            if (Files.getLastModifiedTime(path).toMillis() < before) {
                PythonFolder.delete(path);
            }
        }
    }

    /** Held while the job is built: another JobManager would put another archive of the same address in the folder's place. */
    private static FileChannel lock(Path folder) throws IOException {
        Path file = folder.resolveSibling(folder.getFileName() + ".lock");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        long deadline = System.nanoTime() + LOCK_LIMIT.toNanos();
        for (FileLock lock = channel.tryLock(); lock == null; lock = channel.tryLock()) {
            if (System.nanoTime() > deadline) {
                channel.close();
                throw RunnerException.at(
                        folder.toString(),
                        "another JobManager of this machine has been using the folder for " + LOCK_LIMIT.toMinutes() + " min",
                        "End it, or give the archive another address.");
            }
            pause();
        }
        return channel;
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(100);
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", error);
        }
    }

    private static RunnerException failed(Path root, IOException error) {
        LOG.error("The Python code could not be prepared", error);
        return RunnerException.at(
                root.toString(),
                "the archive could not be put there: " + error,
                "Give the JobManager room and the right to write there.");
    }
}
