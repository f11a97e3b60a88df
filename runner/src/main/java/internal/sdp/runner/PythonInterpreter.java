package internal.sdp.runner;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The Python that Flink's PythonDriver will run, found as the driver finds it, and looked at before it does. */
final class PythonInterpreter {
    /** @param modules the names in PyFlink's own package */
    record PyFlink(String version, Set<String> modules) {}

    private static final String ASK =
            "import pkgutil, pyflink.version; print(pyflink.version.__version__);"
                    + " print(*[m.name for m in pkgutil.iter_modules(pyflink.__path__)])";
    private static final Duration ASK_LIMIT = Duration.ofSeconds(60);

    private final String executable;
    private final boolean isInArchive;
    private final Map<String, String> environment;
    private final String flinkVersion;
    private PyFlink pyflink;

    private PythonInterpreter(
            String executable, boolean isInArchive, Map<String, String> environment, String flinkVersion) {
        this.executable = executable;
        this.isInArchive = isInArchive;
        this.environment = environment;
        this.flinkVersion = flinkVersion;
    }

    /** By {@code python.client.executable}, else the variable PYFLINK_CLIENT_EXECUTABLE, else {@code python}. */
    static PythonInterpreter find(
            Map<String, String> configuration, Map<String, String> environment, String flinkVersion) {
        String variable = environment.getOrDefault("PYFLINK_CLIENT_EXECUTABLE", "python");
        String executable = configuration.getOrDefault("python.client.executable", variable);
        // Then it is there only once the driver has unpacked python.archives.
        boolean isInArchive =
                configuration.containsKey("python.archives") && !executable.startsWith("/") && executable.contains("/");
        return new PythonInterpreter(executable, isInArchive, environment, flinkVersion);
    }

    /** Fails with what is to be installed where, when this Python cannot run or has no PyFlink. */
    void requirePyFlink() {
        if (!isInArchive) {
            pyflink();
        }
    }

    PyFlink pyflink() {
        if (pyflink == null) {
            pyflink = ask();
        }
        return pyflink;
    }

    private PyFlink ask() {
        List<String> output = new ArrayList<>();
        if (run(List.of("-c", ASK), ASK_LIMIT, output) == 0 && output.size() >= 2) {
            String modules = output.get(output.size() - 1);
            return new PyFlink(output.get(output.size() - 2), Set.of(modules.split(" ")));
        }
        String last = output.isEmpty() ? "it printed nothing" : output.get(output.size() - 1);
        throw wrong("cannot import PyFlink (" + last + ")");
    }

    /** Runs it to its end and answers the exit code; the lines of both outputs are added to {@code output}. */
    int run(List<String> arguments, Duration limit, Collection<String> output) {
        List<String> command = new ArrayList<>(List.of(executable));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        pyflinkOfDistribution().ifPresent(path -> builder.environment().merge("PYTHONPATH", path, (old, own) -> own + ":" + old));
        try {
            Path file = Files.createTempFile("sdp-python", ".out");
            try {
                Process process = builder.redirectOutput(file.toFile()).start();
                process.getOutputStream().close();
                boolean ended = waitFor(process, limit);
                try (Stream<String> lines = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines()) {
                    lines.filter(line -> !line.isBlank()).forEach(output::add);
                }
                if (!ended) {
                    throw wrong("did not end within " + limit.toSeconds() + " s");
                }
                return process.exitValue();
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException error) {
            throw wrong("cannot be run (" + error.getMessage().replaceFirst("^.*error=\\d+, ", "") + ")");
        }
    }

    private static boolean waitFor(Process process, Duration limit) throws IOException {
        try {
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
            return ended;
        } catch (InterruptedException error) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", error);
        }
    }

    /** Flink's images have PyFlink as zips in opt/python, which the driver puts on the path. */
    private Optional<String> pyflinkOfDistribution() {
        String opt = environment.get("FLINK_OPT_DIR");
        Path folder = opt == null ? null : Path.of(opt, "python");
        if (folder == null || !Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<String> zips = files.map(Path::toString).filter(file -> file.endsWith(".zip")).sorted().toList();
            return zips.isEmpty() ? Optional.empty() : Optional.of(String.join(":", zips));
        } catch (IOException error) {
            return Optional.empty();
        }
    }

    private RunnerException wrong(String seen) {
        return RunnerException.at(
                "Python",
                executable + " " + seen,
                "Install Python with apache-flink==" + flinkVersion + " there, or set python.client.executable and"
                        + " python.executable in the cluster's Flink configuration.");
    }
}
