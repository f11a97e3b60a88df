package internal.sdp.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the driver is given, run by Python itself in its place, and what users read of a module that fails. */
class PythonProgramTest {
    @TempDir Path temporary;
    private Path folder;
    private Path scratch;

    @BeforeEach
    void makeFolders() throws IOException {
        folder = Files.createDirectories(temporary.resolve("root/folder"));
        scratch = Files.createDirectories(temporary.resolve("root/run"));
        Files.createDirectory(folder.resolve("orders"));
    }

    @Test
    void runsTheModuleAsMainWithItsArguments() throws Exception {
        module("import sys\nimport __main__\nprint(__name__, __main__.__file__ == __file__, *sys.argv[1:], sep='|')");
        assertEquals("__main__|True|--pym|a b|---|=", run("pym=a b", "-==").output());
        Failure ended = run();
        assertEquals(0, ended.code());
    }

    @Test
    void saysWhereAndWhatOfAnException() throws Exception {
        Files.writeString(folder.resolve("orders/parts.py"), "def f(x):\n    return int(x)\n");
        module("from orders.parts import f\n\nf('ten')");
        assertEquals(
                "orders/parts.py:2: ValueError: invalid literal for int() with base 10: 'ten'. Correct the module, publish it"
                        + " and apply the job again; the JobManager's log has the whole traceback.",
                run().message());
        assertTrue(run().output().contains("parts.py\", line 2, in f"), run().output());
        assertTrue(!run().output().contains("runpy"), run().output());
    }

    @Test
    void saysWhichModuleIsMissing() throws Exception {
        module("\nimport pandaz");
        assertEquals(
                "orders/job.py:2: ModuleNotFoundError: No module named 'pandaz'. Add it to the archive or to the job's"
                        + " requirements.",
                run().message());
    }

    @Test
    void placesSyntaxErrors() throws Exception {
        module("x = 1\nif x\n    pass");
        assertTrue(run().message().startsWith("orders/job.py:2: SyntaxError: "), run().message());
    }

    @Test
    void saysWhatAModuleSaidWhenItEnded() throws Exception {
        module("import argparse\np = argparse.ArgumentParser()\np.add_argument('--topic', required=True)\np.parse_args()");
        String usage = run().message();
        assertTrue(usage.startsWith("orders.job: SystemExit: job.py: error: the following arguments are required: --topic."), usage);
        module("import sys\nsys.exit('no orders today')");
        assertTrue(run().message().startsWith("orders.job: SystemExit: no orders today. Correct the job's arguments"));
        module("import sys\nsys.exit(3)");
        assertTrue(run().message().startsWith("orders.job: SystemExit: the module ended with 3."));
        module("import sys\nsys.exit(0)");
        assertEquals(0, run().code());
    }

    @Test
    void keepsWhatFlinkSaidOfItsOwnStackTrace() throws IOException {
        String trace =
                "orders/job.py:7\nPy4JJavaError: An error occurred while calling o12.executeSql.\n: org.apache.flink.table.api."
                        + "ValidationException: SQL validation failed.\n\tat org.apache.flink.A.b(A.java:1)\nCaused by:"
                        + " org.apache.calcite.CalciteContextException: From line 1, column 8:\n Column 'nope' not found\n\tat"
                        + " x.Y.z(Y.java:2)\n\t... 3 more\n";
        assertTrue(explain(trace).startsWith("orders/job.py:7: From line 1, column 8: Column 'nope' not found. "), explain(trace));
        String mapped =
                "orders/job.py:7\nTableException: org.apache.flink.table.api.TableException: Cannot find table 'x'\n\t at"
                        + " org.apache.flink.A.b(A.java:1)\n";
        assertTrue(explain(mapped).startsWith("orders/job.py:7: Cannot find table 'x'. "), explain(mapped));
    }

    @Test
    void saysThatAModuleMustNotWaitForItsJob() throws IOException {
        String waits =
                "orders/job.py:9\nPy4JJavaError: An error occurred while calling o9.await.\n: java.util.concurrent.ExecutionException:"
                        + " x\n\tat A.b(A.java:1)\nCaused by: org.apache.flink.util.FlinkRuntimeException: The Job Result cannot"
                        + " be fetched through the Job Client when in Web Submission.\n\tat A.b(A.java:1)\n";
        assertTrue(explain(waits).contains(":9: The Job Result cannot be fetched through"), explain(waits));
        assertTrue(explain(waits).contains("Take out what waits for the job (wait, print, collect)"), explain(waits));
    }

    @Test
    void saysThatPythonWasEnded() {
        Throwable error = new Error(new RuntimeException("Python process exits with code: 137"));
        assertEquals(
                "orders.job: Python process exits with code: 137. The JobManager's log has what Python printed.",
                PythonProgram.explain(error, "orders.job", scratch).getMessage());
    }

    @Test
    void saysThatTheClusterHasNoPythonSupport() {
        String message =
                assertThrows(RunnerException.class, () -> PythonProgram.run(List.of(), "orders.job", scratch)).getMessage();
        assertTrue(message.startsWith("orders.job: the cluster has no Python support"), message);
    }

    private record Failure(int code, String output, String message) {}

    private void module(String text) throws IOException {
        Files.writeString(folder.resolve("orders/job.py"), text);
    }

    private String explain(String report) throws IOException {
        Files.writeString(scratch.resolve("failure.txt"), report);
        return PythonProgram.explain(new Error(), "orders.job", scratch).getMessage();
    }

    /** Runs what comes after {@code -pym}, as the driver does; the archive is reached through a link, as there. */
    private Failure run(String... parameters) throws Exception {
        List<String> all =
                new ArrayList<>(List.of("--archive", "u", "--folder", folder.toString(), "--module", "orders.job"));
        for (String parameter : parameters) {
            all.addAll(List.of("--parameter", parameter));
        }
        Files.deleteIfExists(scratch.resolve("sdp_run_module.py"));
        Files.deleteIfExists(scratch.resolve("failure.txt"));
        List<String> built = PythonProgram.buildArguments(PythonArguments.parse(all.toArray(String[]::new)), scratch, null);
        Path link = temporary.resolve("link");
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, folder);
        List<String> command = new ArrayList<>(List.of("python3", "-u", "-m"));
        int module = built.indexOf("-pym") + 1;
        command.add(built.get(module));
        assertEquals("--", built.get(module + 1));
        command.addAll(built.subList(module + 2, built.size()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).directory(temporary.toFile());
        Map<String, String> environment = builder.environment();
        environment.put("PYTHONPATH", built.get(built.indexOf("-pypath") + 1) + ":" + link);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes()).strip();
        int code = process.waitFor();
        String message = code == 0 ? null : PythonProgram.explain(new Error(), "orders.job", scratch).getMessage();
        return new Failure(code, output, message);
    }
}
