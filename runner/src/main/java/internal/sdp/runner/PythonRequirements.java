package internal.sdp.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The job's packages from outside its archive: the file that Flink sends to the workers, which install from it, and the same
 * packages in a folder for the module itself.
 */
final class PythonRequirements {
    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(10);
    private static final Pattern PYFLINK =
            Pattern.compile(
                    "(?i)apache[-_.]flink(?:[-_.]libraries)?\\s*(?:\\[[^]]*]\\s*)?(?:==\\s*([0-9][\\w.]*))?"
                            + "(?:[\\s<>=!~;,(].*)?");

    private PythonRequirements() {}

    /**
     * Writes the requirements file and installs from it. Answers the folder for the module's path, or null when nothing is left to
     * install. What was installed for the same lines is used again; what an address names may have changed.
     */
    static Path prepare(PythonArchive archive, PythonInterpreter python, Limits limits) throws IOException {
        Path file = archive.requirements();
        Path folder = file.resolveSibling(file.getFileName().toString().replaceFirst("\\.txt$", "") + "-packages");
        List<String> lines = withoutPyFlink(readLines(archive, limits), python);
        Path draft = Files.createTempFile(file.getParent(), "unfinished-", ".txt");
        Files.write(draft, lines);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        boolean isFixed = archive.requirementsUri() == null;
        if (lines.isEmpty()) {
            return null;
        }
        if (isFixed && Files.isDirectory(folder)) {
            return folder;
        }
        Path packages = Files.createTempDirectory(file.getParent(), "unfinished-");
        try {
            install(file, packages, python);
            PythonFolder.delete(folder);
            return Files.move(packages, folder, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            PythonFolder.delete(packages);
        }
    }

    private static void install(Path file, Path packages, PythonInterpreter python) {
        List<String> output = new ArrayList<>();
        int code =
                python.run(
                        List.of(
                                "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet",
                                "--target", packages.toString(), "-r", file.toString()),
                        INSTALL_LIMIT,
                        output);
        if (code == 0) {
            return;
        }
        // pip's first error says which package; what follows repeats it.
        String seen =
                output.stream()
                        .filter(line -> line.startsWith("ERROR: "))
                        .filter(line -> !line.startsWith("ERROR: Could not find a version"))
                        .findFirst()
                        .orElse(output.isEmpty() ? "pip ended with " + code : output.get(output.size() - 1));
        throw RunnerException.at(
                "requirements",
                seen.replaceFirst("^ERROR: ", "").replaceAll("\\s+", " "),
                "Correct the job's requirements, or let the JobManager and the TaskManagers reach the package index.");
    }

    private static List<String> readLines(PythonArchive archive, Limits limits) throws IOException {
        if (archive.requirementsUri() == null) {
            return archive.requirementLines();
        }
        Path file = Files.createTempFile(archive.requirements().getParent(), "unfinished-", ".txt");
        try {
            Download.fetch("requirements", archive.requirementsUri(), file, limits);
            return Files.readAllLines(file).stream()
                    .map(line -> line.replaceFirst("(^|\\s)#.*$", "").strip())
                    .filter(line -> !line.isEmpty())
                    .toList();
        } catch (java.nio.charset.MalformedInputException error) {
            throw RunnerException.at(
                    "requirements " + Download.shown(archive.requirementsUri()), "this is no text", "Correct the address.");
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** PyFlink comes with the cluster: projects list it for their tests, and a second one would be half a gigabyte. */
    private static List<String> withoutPyFlink(List<String> lines, PythonInterpreter python) {
        List<String> rest = new ArrayList<>();
        for (String line : lines) {
            Matcher pyflink = PYFLINK.matcher(line);
            if (!pyflink.matches()) {
                rest.add(line);
            } else if (pyflink.group(1) != null && !pyflink.group(1).equals(python.pyflink().version())) {
                throw RunnerException.at(
                        "requirements",
                        "they ask for " + line + ", and the cluster runs PyFlink " + python.pyflink().version(),
                        "Take the line out, or ask for the cluster's version.");
            }
        }
        return rest;
    }
}
