package internal.sdp.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonFunctionsTest {
    private static final PythonArchive ARCHIVE =
            new PythonArchive("u", null, Path.of("/p/code"), Path.of("/p/r.txt"), null, List.of("x==1"));

    /** As Flink's frames around it say it. */
    private static RunnerException explain(String said) {
        Throwable python = new RuntimeException("An exception was raised by the Python Proxy. Return Message: " + said);
        Throwable failed = new IllegalStateException("Instantiating python function 'team.functions.shout' failed.", python);
        Throwable error = new RuntimeException("SQL validation failed. Cannot instantiate user-defined function 'shout'.", failed);
        FilledStatement create =
                FilledStatement.plain("CREATE FUNCTION shout\n  AS 'team.functions.shout' LANGUAGE PYTHON");
        return PythonFunctions.explain(error, List.of(FilledStatement.plain("USE x"), create), TestSecrets.none());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ModuleNotFoundError: No module named 'team.functions' | Correct the name, or publish an archive with the"
                        + " module and name that one.",
                "ModuleNotFoundError: No module named 'numpy' | Add it to the archive or to the requirements (python).",
                "AttributeError: module 'team.functions' has no attribute 'shout' | Correct the name, or add the function to the"
                        + " module.",
                "AttributeError: 'int' object has no attribute '_java_user_defined_function' | team.functions.shout is no"
                        + " function of PyFlink: decorate it with @udf, or wrap it by udf(…).",
                "Python callback server start failed! | Install Python with apache-flink on the JobManager, or set"
                        + " python.client.executable in the cluster's Flink configuration; the JobManager's log has what Python"
                        + " printed.",
                "ValueError: no | Correct the module and publish it; the JobManager's log has what Python printed."
            })
    void saysWhatIsWrongAtTheStatementThatCreatesTheFunction(String last, String change) {
        RunnerException error =
                explain("Traceback (most recent call last):\n  File \"/usr/lib/importlib/__init__.py\", line 126, in f\n" + last);
        assertEquals(":2:6: " + last + (last.endsWith("!") ? " " : ". ") + change, error.getMessage());
    }

    @Test
    void namesTheLineOfTheJobsOwnCode() {
        RunnerException error =
                explain(
                        "Traceback (most recent call last):\n  File \"/usr/lib/importlib/__init__.py\", line 126, in f\n"
                                + "  File \"/tmp/pyflink/1/2/sha256-0a1b/team/functions.py\", line 3, in <module>\n"
                                + "ModuleNotFoundError: No module named 'numpy'");
        assertEquals("team/functions.py:3: ModuleNotFoundError: No module named 'numpy'", error.seen());
    }

    @Test
    void leavesOtherErrorsAlone() {
        assertNull(PythonFunctions.explain(new RuntimeException("Object 'x' not found"), List.of(), TestSecrets.none()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CREATE FUNCTION f AS 'a.f' LANGUAGE PYTHON | CREATE TEMPORARY FUNCTION f AS 'a.f' LANGUAGE PYTHON",
                "create function if not exists f AS 'a.f' language python | create TEMPORARY function if not exists f AS 'a.f'"
                        + " language python",
                "CREATE TEMPORARY FUNCTION f AS 'a.f' LANGUAGE PYTHON | CREATE TEMPORARY FUNCTION f AS 'a.f' LANGUAGE PYTHON",
                "CREATE FUNCTION f AS 'a.LANGUAGE PYTHON' | CREATE FUNCTION f AS 'a.LANGUAGE PYTHON'"
            })
    void makesFunctionsTemporaryThatNoCompiledPlanCanHold(String text, String expected) {
        FilledStatement written = FilledStatement.plain(text);
        FilledStatement run = PythonFunctions.asTemporary(written);
        assertEquals(expected, run.text());
        for (String word : List.of(" AS", "'a.")) {
            assertEquals(written.position(text.indexOf(word)), run.position(expected.indexOf(word)));
        }
        assertEquals(written.position(7), run.position(7));
    }

    @Test
    void repeatsNoOptionThatTheJobHas() {
        assertEquals(
                Map.of("python.files", "/p/code", "python.requirements", "/p/r.txt", "python.pythonpath", "/p/packages"),
                PythonFunctions.options(ARCHIVE, Path.of("/p/packages"), Map.of()).toMap());
        Map<String, String> there = Map.of("python.files", "/p/code", "python.requirements", "/p/r.txt");
        assertEquals(Map.of(), PythonFunctions.options(ARCHIVE, null, there).toMap());
    }
}
