package internal.sdp.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives put into the folder that Flink sends to the workers, and run with the machine's Python. */
class PythonCodeTest {
    @TempDir Path temporary;
    private Path root;
    private Path archive;

    @BeforeEach
    void makeRoot() throws IOException {
        root = temporary.resolve("root");
        archive = temporary.resolve("archive");
        PythonCode.makeRoot(root);
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(root)));
    }

    @Test
    void takesTheTopFolderOffAnSdist() throws Exception {
        prepare(TestArchive.tar(Map.of("orders-1.0/PKG-INFO", "", "orders-1.0/orders/job.py", "print('ran')")), "orders.job");
        assertEquals(List.of("ran"), python("-m", "orders.job"));
        assertTrue(Files.exists(folder().resolve("PKG-INFO")));
    }

    @Test
    void takesSrcOff() throws Exception {
        Map<String, String> files =
                Map.of(
                        "orders-1.0/pyproject.toml", "",
                        "orders-1.0/tests/test_job.py", "",
                        "orders-1.0/src/src/job.py", "print('inner')",
                        "orders-1.0/src/orders/__init__.py", "",
                        "orders-1.0/src/orders/job.py", "print('ran')");
        prepare(TestArchive.tar(files), "orders.job");
        assertEquals(List.of("ran"), python("-m", "orders.job"));
        assertEquals(List.of("inner"), python("-m", "src.job"));
    }

    @Test
    void keepsAPackageThatIsAloneOrCalledSrc() throws Exception {
        prepare(TestArchive.tar(Map.of("orders/__init__.py", "", "orders/__main__.py", "print('ran')")), "orders");
        assertEquals(List.of("ran"), python("-m", "orders"));
        prepare(TestArchive.zip(Map.of("src/__init__.py", "", "src/job.py", "print('src')", "x.py", "")), "src.job");
        assertEquals(List.of("src"), python("-m", "src.job"));
    }

    @Test
    void putsAWheelInPlace() throws Exception {
        Map<String, String> files =
                Map.of(
                        "orders/job.py", "from orders import extra; print(extra.X)",
                        "orders-1.0.dist-info/WHEEL", "Wheel-Version: 1.0",
                        "orders-1.0.data/purelib/orders/extra.py", "X = 'ran'");
        prepare(TestArchive.zip(files), "orders.job");
        assertEquals(List.of("ran"), python("-m", "orders.job"));
    }

    @Test
    void extendsPyFlinkByAPackageOfThatName() throws Exception {
        Map<String, String> files =
                Map.of(
                        "pyflink-1.0.1/PKG-INFO", "",
                        "pyflink-1.0.1/other.py", "print('other')",
                        "pyflink-1.0.1/pyflink/__init__.py", "# nothing\n\"\"\"Says\nmore.\"\"\"\n__version__ = '1.0.1'\n",
                        "pyflink-1.0.1/pyflink/udfs.py", "def f(): return 'ran'",
                        "pyflink-1.0.1/pyflink/job.py", "from pyflink import table, udfs; print(table.WHOSE, udfs.f())");
        prepare(TestArchive.tar(files), "pyflink.job");
        assertEquals(List.of("flink's ran"), python("-m", "pyflink.job"));
        assertEquals(List.of("other"), python("-m", "other"));
        String message = refusal(TestArchive.tar(files), "pyflink.jobs");
        assertTrue(message.contains("it has no module pyflink.jobs. Did you mean pyflink.job? Modules there: "), message);
    }

    @Test
    void refusesModulesThatPyFlinkHas() throws Exception {
        String taken = refusal(TestArchive.tar(Map.of("p-1/PKG-INFO", "", "p-1/pyflink/table.py", "")), "pyflink.table");
        assertTrue(taken.contains("its module pyflink.table is one that PyFlink has itself. Give it another name"), taken);
        String init = refusal(TestArchive.tar(Map.of("p-1/PKG-INFO", "", "p-1/pyflink/__init__.py", "import os")), "pyflink");
        assertTrue(init.contains("its pyflink/__init__.py has code"), init);
        String hides = refusal(TestArchive.tar(Map.of("p-1/PKG-INFO", "", "p-1/pyflink.py", "")), "pyflink");
        assertTrue(hides.contains("its module pyflink.py hides PyFlink itself"), hides);
    }

    @Test
    void namesTheModulesThatThereAre() throws Exception {
        Map<String, String> files =
                Map.of("a-1/setup.py", "", "a-1/orders/totals.py", "", "a-1/orders/__init__.py", "", "a-1/tests/test_x.py", "");
        String unknown = refusal(TestArchive.tar(files), "orders.total");
        assertEquals(
                "archive " + archive.toUri() + ": it has no module orders.total. Did you mean orders.totals? Modules there:"
                        + " orders.totals.",
                unknown);
        String notRun = refusal(TestArchive.tar(files), "orders");
        assertTrue(notRun.contains("orders is a package without a __main__.py. Name a module of it: orders.totals."), notRun);
        String none = refusal(TestArchive.tar(Map.of("a-1/setup.py", "")), "orders");
        assertTrue(none.contains("it has no module orders, and no other one"), none);
    }

    @Test
    void usesAFolderOfAHashAgainAndMakesOneOfAnAddressAnew() throws Exception {
        byte[] first = TestArchive.zip(Map.of("job.py", "print(1)"));
        byte[] second = TestArchive.zip(Map.of("job.py", "print(2)"));
        prepare(first, "job");
        prepare(second, "job");
        assertEquals(List.of("2"), python("-m", "job"));
        String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(second));
        prepareWithHash(second, hash);
        Files.delete(archive);
        fetch(arguments("job", "--sha256", hash));
        try (Stream<Path> left = Files.list(root)) {
            assertEquals(List.of("folder"), left.map(path -> path.getFileName().toString()).toList());
        }
    }

    @Test
    void refusesAnotherHashAndLeavesNothing() throws Exception {
        byte[] content = TestArchive.zip(Map.of("job.py", ""));
        String message = assertThrows(RunnerException.class, () -> prepareWithHash(content, "0".repeat(64))).getMessage();
        assertTrue(message.contains(": its SHA-256 is ") && message.contains(", not 000"), message);
        try (Stream<Path> left = Files.list(root)) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void saysThatPythonOrPyFlinkIsMissing() throws Exception {
        Map<String, String> absent = Map.of("python.client.executable", "/no/such/python");
        String message = missing(PythonInterpreter.find(absent, Map.of(), "2.2.0"));
        assertTrue(message.startsWith("Python: /no/such/python cannot be run (No such file or directory). Install Python"), message);
        String bare = missing(PythonInterpreter.find(Map.of(), Map.of("PYFLINK_CLIENT_EXECUTABLE", "python3"), "2.2.0"));
        assertTrue(bare.contains("python3 cannot import PyFlink (ModuleNotFoundError: No module named 'pyflink'). Install"), bare);
        Map<String, String> inArchive = Map.of("python.client.executable", "venv.zip/bin/python", "python.archives", "venv.zip");
        PythonInterpreter.find(inArchive, Map.of(), "2.2.0").requirePyFlink();
    }

    @Test
    void installsRequirementsForTheModuleAndLeavesPyFlinkOut() throws Exception {
        Path wheel = temporary.resolve("dep-1.0-py3-none-any.whl");
        Map<String, String> files =
                new TreeMap<>(
                        Map.of(
                                "dep.py", "X = 'installed'",
                                "dep-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
                                "dep-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: dep\nVersion: 1.0\n",
                                "dep-1.0.dist-info/RECORD", ""));
        Files.write(wheel, TestArchive.zip(files));
        Files.write(archive, TestArchive.zip(Map.of("job.py", "import dep; print(dep.X)")));
        Path file = root.resolve("requirements-1.txt");
        String line = "dep @ " + wheel.toUri();
        String[] options = {"--requirements", file.toString(), "--requirement", "apache-flink==9.9", "--requirement", line};
        Path packages = fetch(arguments("job", options));
        assertEquals(List.of(line), Files.readAllLines(file));
        assertEquals(List.of("installed"), run(List.of("-m", "job"), folder() + ":" + packages));
        Files.delete(wheel);
        assertEquals(packages, fetch(arguments("job", options)));

        Path text = Files.writeString(temporary.resolve("r.txt"), "# none\napache_flink  # the cluster's\n\n");
        String[] byUri = {"--requirements", file.toString(), "--requirements-uri", text.toUri().toString()};
        assertEquals(null, fetch(arguments("job", byUri)));
        Files.writeString(text, "nope @ file:///no/nope-1.0-py3-none-any.whl\n");
        String failed = refusalOf(arguments("job", byUri));
        assertTrue(failed.startsWith("requirements: ") && failed.contains("/no/nope-1.0-py3-none-any.whl"), failed);
        Files.writeString(text, "apache-flink == 1.20.0\n");
        String other = refusalOf(arguments("job", byUri));
        assertTrue(other.contains("they ask for apache-flink == 1.20.0, and the cluster runs PyFlink 9.9"), other);
    }

    private Path folder() {
        return root.resolve("folder");
    }

    private PythonArguments arguments(String module, String... more) {
        List<String> all =
                new ArrayList<>(
                        List.of("--archive", archive.toUri().toString(), "--folder", folder().toString(), "--module", module));
        all.addAll(List.of(more));
        return PythonArguments.parse(all.toArray(String[]::new));
    }

    /** Answers the folder with the packages. */
    private Path fetch(PythonArguments arguments) throws IOException {
        PythonArchive code = arguments.archive();
        return PythonCode.prepare(
                code, interpreter(), Limits.USUAL, () -> PythonModules.require(code.shown(), code.folder(), arguments.module()));
    }

    private void prepare(byte[] content, String module) throws IOException {
        Files.write(archive, content);
        fetch(arguments(module));
    }

    private void prepareWithHash(byte[] content, String hash) throws IOException {
        Files.write(archive, content);
        PythonFolder.delete(folder());
        fetch(arguments("job", "--sha256", hash));
    }

    private String refusal(byte[] content, String module) throws IOException {
        Files.write(archive, content);
        return refusalOf(arguments(module));
    }

    private String refusalOf(PythonArguments arguments) {
        return assertThrows(
                        RunnerException.class, () -> fetch(arguments))
                .getMessage();
    }

    private static String missing(PythonInterpreter python) {
        return assertThrows(RunnerException.class, python::requirePyFlink).getMessage();
    }

    /** The machine's Python, with a package on its path that stands for PyFlink. */
    private PythonInterpreter interpreter() throws IOException {
        Path pyflink = Files.createDirectories(temporary.resolve("python-path/pyflink"));
        Files.writeString(pyflink.resolve("__init__.py"), "");
        Files.writeString(pyflink.resolve("version.py"), "__version__ = '9.9'");
        Files.writeString(pyflink.resolve("table.py"), "WHOSE = \"flink's\"");
        Path script = temporary.resolve("python");
        Files.writeString(
                script, "#!/bin/sh\nPYTHONPATH=" + pyflink.getParent() + ":$PYTHONPATH exec python3 \"$@\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return PythonInterpreter.find(Map.of("python.client.executable", script.toString()), Map.of(), "9.9");
    }

    private List<String> python(String... arguments) throws Exception {
        return run(List.of(arguments), folder() + ":" + temporary.resolve("python-path"));
    }

    private List<String> run(List<String> arguments, String path) throws Exception {
        List<String> command = new ArrayList<>(List.of("python3"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).directory(temporary.toFile());
        builder.environment().put("PYTHONPATH", path);
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        Process process = builder.start();
        List<String> lines = new String(process.getInputStream().readAllBytes()).lines().toList();
        assertFalse(lines.isEmpty());
        assertNotEquals(-1, process.waitFor());
        return lines;
    }
}
