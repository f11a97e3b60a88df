package internal.sdp.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The modules that a folder of {@link PythonFolder} can run. */
final class PythonModules {
    private static final Set<String> NOT_MEANT =
            Set.of("setup", "conftest", "sitecustomize", "__init__", "test", "tests", "docs");
    private static final int SHOWN = 8;
    private static final int DEPTH = 8;

    private PythonModules() {}

    /** Checks that {@code python -m module} would find it in the folder. */
    static void require(String archive, Path root, String module) throws IOException {
        Path at = place(root, module);
        if (Files.isRegularFile(Path.of(at + ".py")) || Files.isRegularFile(at.resolve("__main__.py"))) {
            return;
        }
        List<String> there = list(root);
        String seen = "it has no module " + module;
        List<String> inside = there.stream().filter(name -> name.startsWith(module + ".")).toList();
        if (Files.isDirectory(at) && !inside.isEmpty()) {
            throw RunnerException.at(
                    archive,
                    module + " is a package without a __main__.py",
                    "Name a module of it: " + shown(inside) + ".");
        }
        if (there.isEmpty()) {
            throw RunnerException.at(archive, seen + ", and no other one", "Build it with the job's package, and publish it.");
        }
        List<String> nearest = there.stream().sorted(Comparator.comparingInt(name -> distance(name, module))).toList();
        String first = nearest.get(0);
        boolean meant = distance(first, module) <= Math.max(2, module.length() / 3) || lastPart(first).equals(lastPart(module));
        throw RunnerException.at(
                archive, seen, (meant ? "Did you mean " + first + "? " : "") + "Modules there: " + shown(nearest) + ".");
    }

    static boolean isIdentifier(String text) {
        return text.matches("[\\p{L}_][\\p{L}\\p{N}_]*");
    }

    private static Path place(Path root, String module) {
        Path pyflink = root.resolve(PythonFolder.PYFLINK);
        String path = module.replace('.', '/');
        boolean own = Files.isDirectory(pyflink) && (module + ".").startsWith("pyflink.");
        return own ? pyflink.resolve(path.substring(Math.min(path.length(), 8))) : root.resolve(path);
    }

    private static List<String> list(Path root) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(root, DEPTH)) {
            for (Path file : walk.filter(path -> path.toString().endsWith(".py")).toList()) {
                List<String> parts = new ArrayList<>();
                root.relativize(file).forEach(part -> parts.add(part.toString().replaceFirst("\\.py$", "")));
                if (parts.get(0).equals(PythonFolder.PYFLINK)) {
                    parts.set(0, "pyflink");
                }
                if (parts.get(parts.size() - 1).equals("__main__")) {
                    parts.remove(parts.size() - 1);
                }
                boolean runs = !parts.isEmpty() && parts.stream().allMatch(PythonModules::isIdentifier);
                if (runs && parts.stream().noneMatch(NOT_MEANT::contains)) {
                    found.add(String.join(".", parts));
                }
            }
        }
        found.sort(Comparator.naturalOrder());
        return found;
    }

    private static String shown(List<String> modules) {
        String first = modules.stream().limit(SHOWN).collect(Collectors.joining(", "));
        return modules.size() > SHOWN ? first + ", … (" + modules.size() + ")" : first;
    }

    private static String lastPart(String module) {
        return module.substring(module.lastIndexOf('.') + 1);
    }

    /** Levenshtein's. */
    private static int distance(String left, String right) {
        int[] row = new int[right.length() + 1];
        for (int column = 0; column < row.length; column++) {
            row[column] = column;
        }
        for (int line = 1; line <= left.length(); line++) {
            int diagonal = row[0];
            row[0] = line;
            for (int column = 1; column < row.length; column++) {
                int replaced = diagonal + (left.charAt(line - 1) == right.charAt(column - 1) ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.min(replaced, Math.min(row[column], row[column - 1]) + 1);
            }
        }
        return row[right.length()];
    }
}
