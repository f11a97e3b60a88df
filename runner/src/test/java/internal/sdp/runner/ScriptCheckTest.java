package internal.sdp.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import internal.sdp.runner.ScriptCheck.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.functions.ScalarFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Flink's own planner says, in one line for each problem: {@code statement:line:column seen}. */
class ScriptCheckTest {
    private static final String A =
            "CREATE TABLE a (id INT, name STRING, ts TIMESTAMP(3)) WITH ('connector' = 'datagen', 'number-of-rows' = '3')";
    private static final String B = "CREATE TABLE b (id INT) WITH ('connector' = 'blackhole')";
    private static final String FILES =
            "CREATE TABLE files (n BIGINT) WITH ('connector' = 'filesystem', 'path' = '/nowhere', 'format' = 'csv')";

    @TempDir Path folder;

    @Test
    void findsNothingInASoundScript() {
        assertEquals(
                List.of(),
                check(
                        A,
                        B,
                        FILES,
                        "CREATE VIEW v AS SELECT id FROM a WHERE name <> 'x'",
                        "SET 'table.exec.mini-batch.enabled' = 'false'",
                        "INSERT INTO b SELECT id FROM v",
                        "INSERT INTO files SELECT id FROM a"));
    }

    @Test
    void findsTheProblemsOfAllStatementsAtTheirPlaces() {
        List<String> found =
                check(
                        A,
                        B,
                        FILES,
                        "CREATE TABLE c (id INT)\nWITH ('connector' = 'jdbc')",
                        "CREATE VIEW v AS SELECT id,\n nope FROM a",
                        "SET nothing",
                        "INSERT INTO b SELECT nof(id) FROM a",
                        "INSERT INTO b SELECT name FROM a",
                        "INSERT INTO files SELECT COUNT(*) FROM a",
                        "INSERT INTO c SELECT id FROM a");
        assertStartsWith(
                found,
                "5:1:1 this sets no option",
                "4:2:2 Column 'nope' not found in any table",
                "6:1:22 No match found for function signature nof(",
                "7:1:1 Column types of query result and sink for",
                "8:1:1 Table sink 'default_catalog.default_database.files' doesn't support consuming update changes",
                "9:1:1 Nothing on the classpath offers 'jdbc'. Available factory identifiers are:");
    }

    @Test
    void saysOfWhatCouldNotBeDefinedOnlyThat() {
        assertStartsWith(
                check(
                        A,
                        "CREATE TABLE c (id NOPE) WITH ('connector' = 'blackhole')",
                        "CREATE VIEW v AS SELECT id FROM c",
                        "INSERT INTO c SELECT id FROM a",
                        "INSERT INTO other SELECT id FROM a"),
                "1:1:20 Unknown identifier 'NOPE'",
                "4:1:1 Cannot find table");
    }

    @Test
    void plansAsTheScriptSetsIt() {
        String sorted = "INSERT INTO b SELECT id FROM a ORDER BY name";
        assertStartsWith(check(A, B, sorted), "2:1:1 Sort on a non-time-attribute field is not supported");
        assertEquals(List.of(), check("SET 'execution.runtime-mode' = 'batch'", A, B, sorted));
        // Options hold for the whole job, wherever they are set.
        assertEquals(
                List.of(),
                check(A, B, sorted, "SET '__table.exec.sort.non-temporal.enabled__' = 'true'"));
        Configuration options = new Configuration();
        options.setString("__table.exec.sort.non-temporal.enabled__", "true");
        assertEquals(List.of(), ScriptCheck.check(List.of(A, B, sorted), options));
    }

    @Test
    void startsNothing() throws Exception {
        Path output = folder.resolve("out");
        String definition =
                "CREATE TABLE copied WITH ('connector' = 'filesystem', 'path' = '" + output + "', 'format' = 'csv')";
        assertStartsWith(
                check(A, definition + " AS SELECT id FROM a", "ANALYZE TABLE a COMPUTE STATISTICS"),
                "1:1:1 Flink cannot compile the script: a CREATE TABLE … AS has no plan of its own.");
        assertEquals(
                List.of(),
                check(A, definition.replace("copied", "copied (id INT)"), "INSERT INTO copied SELECT id FROM a"));
        assertFalse(Files.exists(output));
    }

    @Test
    void compilesWhatHasNoProblemToTheSamePlanEachTime() {
        List<String> statements = List.of(A, B, FILES, "INSERT INTO b SELECT id FROM a", "INSERT INTO files SELECT id FROM a");
        String plan = ScriptCheck.check(statements, new Configuration(), false).plan();
        assertTrue(plan.contains("stream-exec-sink"), plan);
        assertEquals(plan, ScriptCheck.check(statements, new Configuration(), false).plan());
        assertNull(ScriptCheck.check(List.of(A, "INSERT INTO a SELECT 1"), new Configuration(), false).plan());
    }

    @Test
    void saysWhatRunsAlthoughItCannotBeCompiled() {
        String list =
                "CREATE TABLE list (k INT, v STRING) WITH ('connector.type' = 'filesystem', 'connector.path' = 'file:///none',"
                        + " 'format.type' = 'csv')";
        String join =
                "INSERT INTO b SELECT list.k FROM (SELECT id, PROCTIME() AS t FROM a) AS r"
                        + " JOIN list FOR SYSTEM_TIME AS OF r.t ON r.id = list.k";
        assertStartsWith(
                check(A, B, list, join),
                "3:1:1 Flink cannot compile the script: TemporalTableSourceSpec can not be serialized.");
    }

    @Test
    void tellsOfAFunctionThatCannotBeMade() {
        String function = "CREATE FUNCTION f AS '" + Failing.class.getName() + "'";
        assertStartsWith(check(A, B, function, "INSERT INTO b SELECT f(id) FROM a"), "3:");
        assertStartsWith(
                check(A, B, "CREATE FUNCTION f AS 'no.Such'", "INSERT INTO b SELECT f(id) FROM a"),
                "3:1:1 class no.Such is not on the classpath");
    }

    /** Throws while it is made. */
    public static final class Failing extends ScalarFunction {
        public Failing() {
            throw new IllegalStateException("not today");
        }

        public int eval(int value) {
            return value;
        }
    }

    private static List<String> check(String... statements) {
        return ScriptCheck.check(List.of(statements), new Configuration()).stream()
                .map(ScriptCheckTest::line)
                .toList();
    }

    private static String line(Problem problem) {
        return problem.statement() + ":" + problem.line() + ":" + problem.column() + " " + problem.seen();
    }

    private static void assertStartsWith(List<String> found, String... expected) {
        assertEquals(expected.length, found.size(), found::toString);
        Stream.iterate(0, index -> index + 1)
                .limit(expected.length)
                .forEach(index -> assertTrue(found.get(index).startsWith(expected[index]), found::toString));
    }
}
