package internal.sdp.runner;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What users read in a job's status. */
class ErrorsTest {
    private static final String TABLES =
            """
            CREATE TABLE a (id INT, name STRING) WITH ('connector' = 'datagen');
            CREATE TABLE b (id INT) WITH ('connector' = 'blackhole');
            CREATE TABLE lost (id INT) WITH ('connector' = 'nosuch');
            """;

    /** The statement stands in line 4 of the script; the message starts as given. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
            INSERT INTO b SELECT nope FROM a             | 4:22: Column 'nope' not found in any table. Correct the SQL
            INSERT INTO b\\n SELECT id FORM a            | 5:17: Encountered "a". Correct
            INSERT INTO b SELECT id FROM nope            | 4:30: Object 'nope' not found. Define it in a DDL file
            INSERT INTO nope SELECT id FROM a            | 4:1: Cannot find table
            INSERT INTO b SELECT name FROM a             | 4:1: Column types of query result and sink for 'default_catalog
            INSERT INTO b SELECT id, id FROM a           | 4:1: Column types of query result and sink for 'default_catalog
            INSERT INTO b SELECT '${v}', nope FROM a     | 4:30: Column 'nope' not found in any table
            INSERT INTO b SELECT nof(id) FROM a          | 4:22: No match found for function signature nof(
            INSERT INTO b SELECT id FROM lost            | 4:1: Nothing on the classpath offers 'nosuch'. Available
            INSERT INTO lost SELECT id FROM a            | 4:1: Nothing on the classpath offers 'nosuch'. Available
            INSERT INTO b SELECT id FROM a GROUP BY name | 4:22: Expression 'id' is not being grouped
            CREATE TABLE c (id INT,)                     | 4:24: Encountered ")". Correct
            CREATE TABLE c (user STRING)                 | 4:17: Encountered "user". user is a word of Flink SQL: as a name
            INSERT INTO b SELECT 1 AS value              | 4:27: Encountered "value". value is a word of Flink SQL: as a
            INSERT INTO b SELECT x.date FROM a AS x      | 4:23: Encountered ".date". date is a word of Flink SQL: as a
            CREATE CATALOG c WITH ('type' = 'nosuch')    | 4:1: Nothing on the classpath offers 'nosuch'. Available
            USE nowhere                                  | 4:1: A database with name [nowhere] does not exist
            SET nothing                                  | 4:1: this sets no option. Write SET
            SELECT 1                                     | 4:1: the rows of this query go nowhere. Write them
            COMPILE PLAN 'x' FOR INSERT INTO b SELECT 1  | 4:1: this statement would start or change a job
            EXECUTE STATEMENT SET BEGIN SET 'a'='b'; END | 4:29: a statement set holds INSERT statements only
            CREATE TABLE c WITH ('a' = 'b') AS SELECT 1  | 4:1: CREATE TABLE … AS starts a job of its own
            """)
    void placesAndExplains(String statement, String expected) {
        String message = submit(TABLES + statement.replace("\\n", "\n") + ";\nINSERT INTO b VALUES (1);");
        assertTrue(message.startsWith("sql/jobs/s.sql:" + expected), message);
    }

    @Test
    void saysThatAFunctionsClassIsMissing() {
        String message = submit(TABLES + "CREATE FUNCTION f AS 'no.Such'; INSERT INTO b SELECT f(id) FROM a;");
        assertTrue(
                message.startsWith("sql/jobs/s.sql:4:33: class no.Such is not on the classpath. Correct the class"),
                message);
    }

    @Test
    void placesUpdatesThatASinkCannotTakeAtItsInsert() {
        String message =
                submit(
                        TABLES
                                + "CREATE TABLE f (n BIGINT) WITH ('connector'='filesystem','path'='/x','format'='csv');\n"
                                + "INSERT INTO b SELECT id FROM a;\nINSERT INTO f SELECT COUNT(*) FROM a;");
        assertTrue(
                message.startsWith(
                        "sql/jobs/s.sql:6:1: Table sink 'default_catalog.default_database.f' doesn't support"),
                message);
    }

    @Test
    void tellsOfCheckpointsThatCannotBeWritten() throws IOException {
        Path file = Files.createTempFile("sdp", "file");
        String message =
                submit("SET 'execution.checkpointing.dir' = 'file://" + file + "/x'; SET 'execution.checkpointing.interval' = '1 s';"
                        + TABLES + "INSERT INTO b SELECT id FROM a;");
        assertTrue(message.contains("Failed to create checkpoint storage"), message);
        assertTrue(message.contains(file + ". Check that the address of the checkpoints"), message);
    }

    @Test
    void saysThatAScriptHasNoInsert() {
        String message = submit(TABLES);
        assertTrue(message.startsWith("sql/jobs/s.sql: the script has no INSERT"), message);
    }

    @Test
    void placesErrorsOfDefinitions() {
        Source ddl = Source.ddl("sql/ddl/t.sql", "table t", "CREATE TABLE t (\n  id INTT\n) WITH ('connector' = 'print')");
        String message = submit(new Revision(Source.script("s.sql", "INSERT INTO t VALUES (1)"), List.of(ddl)));
        assertTrue(message.startsWith("sql/ddl/t.sql (table t) line 2: "), message);
    }

    @Test
    void staysShortAndKeepsTheAdvice() {
        String message = RunnerException.at("a.sql:1:1", "x".repeat(5000), "Change it.").getMessage();
        assertTrue(message.length() <= 1500, message);
        assertTrue(message.endsWith("… Change it."), message);
    }

    private static String submit(String script) {
        return submit(new Revision(Source.script("sql/jobs/s.sql", script), List.of()));
    }

    private static String submit(Revision revision) {
        Parameters parameters = new Parameters(Map.of("v", "1\n2"), Map.of(), TestSecrets.none());
        return assertThrows(
                        RunnerException.class,
                        () -> SqlJob.prepare("job", revision, parameters).submit(new Configuration()))
                .getMessage();
    }
}
