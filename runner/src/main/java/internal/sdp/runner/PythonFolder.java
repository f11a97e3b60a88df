package internal.sdp.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Makes of an unpacked archive the one folder that is put on Python's path: what an installation of it would put there. The top
 * folder of an sdist is taken off, {@code src/} too, and what a wheel keeps in {@code *.data/purelib} is put in place.
 */
final class PythonFolder {
    /** A package that is itself called pyflink. No module can have this name, so nothing is imported from here directly. */
    static final String PYFLINK = "pyflink-of-the-archive";

    private static final List<String> PROJECT_FILES = List.of("PKG-INFO", "pyproject.toml", "setup.py", "setup.cfg");

    /**
     * Runs in each Python process before any module: PyFlink's package is then made of two folders, and {@code pyflink.job} of the
     * archive can be imported beside {@code pyflink.table}.
     */
    private static final String EXTEND_PYFLINK =
            """
            import os
            try:
                import pyflink
                pyflink.__path__.append(
                    os.path.join(os.path.dirname(os.path.abspath(__file__)), "%s"))
            except ImportError:
                pass
            """
                    .formatted(PYFLINK);

    private PythonFolder() {}

    /** Arranges it and answers where its root is. {@code pyflinkModules} is asked only when the archive has such a package. */
    static Path arrange(String archive, Path unpacked, Supplier<? extends Collection<String>> pyflinkModules)
            throws IOException {
        Path root = unpacked;
        if (isWheel(unpacked)) {
            putWheelDataInPlace(unpacked);
        } else {
            root = withoutTopFolder(unpacked);
            if (isSourceFolder(root.resolve("src"))) {
                // Out of the way first: it may hold a module src.
                Path sources = Files.move(root.resolve("src"), root.resolve("src-of-the-archive"));
                moveChildren(sources, root);
            }
        }
        setPyflinkApart(archive, root, pyflinkModules);
        return root;
    }

    private static boolean isWheel(Path folder) throws IOException {
        return children(folder).stream()
                .anyMatch(child -> name(child).endsWith(".dist-info") && Files.exists(child.resolve("WHEEL")));
    }

    private static void putWheelDataInPlace(Path root) throws IOException {
        for (Path data : children(root)) {
            if (!name(data).endsWith(".data")) {
                continue;
            }
            for (String part : List.of("purelib", "platlib")) {
                if (Files.isDirectory(data.resolve(part))) {
                    moveChildren(data.resolve(part), root);
                }
            }
        }
    }

    /** {@code orders-1.0.0/} of an sdist; a package alone in its archive stays. */
    private static Path withoutTopFolder(Path folder) throws IOException {
        List<Path> children = children(folder);
        if (children.size() != 1 || !Files.isDirectory(children.get(0))) {
            return folder;
        }
        Path only = children.get(0);
        boolean isPackage = Files.exists(only.resolve("__init__.py"));
        boolean isProject = PROJECT_FILES.stream().anyMatch(file -> Files.exists(only.resolve(file)));
        return !isPackage && (isProject || !PythonModules.isIdentifier(name(only))) ? only : folder;
    }

    private static boolean isSourceFolder(Path folder) throws IOException {
        return Files.isDirectory(folder)
                && !Files.exists(folder.resolve("__init__.py"))
                && children(folder).stream().anyMatch(child -> Files.isDirectory(child) || name(child).endsWith(".py"));
    }

    private static void setPyflinkApart(
            String archive, Path root, Supplier<? extends Collection<String>> pyflinkModules) throws IOException {
        if (Files.exists(root.resolve("pyflink.py"))) {
            throw RunnerException.at(archive, "its module pyflink.py hides PyFlink itself", "Give it another name.");
        }
        Path own = root.resolve("pyflink");
        if (!Files.isDirectory(own)) {
            return;
        }
        Collection<String> taken = pyflinkModules.get();
        for (Path child : children(own)) {
            String module = name(child).replaceFirst("\\.py$", "");
            if (taken.contains(module) && (name(child).endsWith(".py") || Files.isDirectory(child))) {
                throw RunnerException.at(
                        archive, "its module pyflink." + module + " is one that PyFlink has itself", "Give it another name.");
            }
        }
        Path init = own.resolve("__init__.py");
        if (Files.exists(init) && hasCode(Files.readString(init))) {
            throw RunnerException.at(
                    archive,
                    "its pyflink/__init__.py has code, and PyFlink's own is the one that runs",
                    "Move the code into a module of the package, or give the package another name.");
        }
        Files.move(own, root.resolve(PYFLINK));
        Path customize = root.resolve("sitecustomize.py");
        String others = Files.exists(customize) ? Files.readString(customize) : "";
        Files.writeString(customize, EXTEND_PYFLINK + others);
    }

    /** Whether there is more than comments, a docstring and names such as {@code __version__}. */
    private static boolean hasCode(String text) {
        String rest = text.replaceFirst("(?s)^(\\s|#[^\\n]*\\n)*(\"\"\".*?\"\"\"|'''.*?''')", "");
        return rest.lines()
                .map(String::strip)
                .anyMatch(line -> !line.isEmpty() && !line.startsWith("#") && !line.matches("__\\w+__\\s*=\\s*['\"\\[(].*"));
    }

    /** Children that are there already give way, folders by their content. */
    private static void moveChildren(Path from, Path to) throws IOException {
        for (Path child : children(from)) {
            Path target = to.resolve(name(child));
            if (Files.isDirectory(child) && Files.isDirectory(target)) {
                moveChildren(child, target);
            } else {
                delete(target);
                Files.move(child, target, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        delete(from);
    }

    static void delete(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> walk = Files.walk(path)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        } catch (UncheckedIOException error) {
            throw error.getCause();
        }
        for (Path each : all) {
            Files.deleteIfExists(each);
        }
    }

    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> list = Files.list(folder)) {
            return list.sorted().toList();
        }
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }
}
