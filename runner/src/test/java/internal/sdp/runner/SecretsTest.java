package internal.sdp.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** That values get where they belong and nowhere else. */
class SecretsTest {
    private static final String VALUE = "it's `Hünter` \\ \"2\"";

    @Test
    void readsASecretOnce() {
        List<String> asked = new ArrayList<>();
        Secrets secrets =
                new Secrets(
                        "team-a",
                        name -> {
                            asked.add(name);
                            return TestSecrets.json(Map.of("user", "ann", "password", "line 1\nline 2\n"));
                        });
        assertEquals("ann", secrets.valueOf(new SecretReference("db", "user")));
        assertEquals("line 1\nline 2\n", secrets.valueOf(new SecretReference("db", "password")));
        assertEquals(List.of("db"), asked);
    }

    @Test
    void quotesByWhereItStands() {
        FilledStatement filled =
                fill(VALUE, "CREATE TABLE `${secret:db/v}` WITH ('a'='x${secret:db/v}', 'b'=E'${secret:db/v}')");
        assertEquals(
                "CREATE TABLE `it's ``Hünter`` \\ \"2\"` WITH ('a'='xit''s `Hünter` \\ \"2\"',"
                        + " 'b'=E'it\\'s `Hünter` \\\\ \"2\"')",
                filled.text());
        assertEquals("s.sql:1:1", filled.toString());
    }

    @Test
    void aValueIsNoParameter() {
        assertEquals("SELECT '${a}'", fill("${a}", "SELECT '${secret:db/v}'").text());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            {"data":{"b":"eA==","a":"eA=="}} | Secret team-a/db: it has no key password, but a, b. Add the key
            {"kind":"Secret"}                | Secret team-a/db: it has no key password and no other. Add the key
            {"data":{"password":"/w=="}}     | Secret team-a/db: the value of key password is no text in UTF-8.
            {"data":{"password":"A"}}        | Secret team-a/db: the value of key password is no text in UTF-8.
            hunter2                          | Secret team-a/db: the Kubernetes API's answer is no JSON.
            """)
    void saysWhatIsWrongAndWhere(String answer, String expected) {
        Secrets secrets = new Secrets("team-a", name -> answer);
        RunnerException error =
                assertThrows(
                        RunnerException.class,
                        () -> fill(secrets, "CREATE TABLE t WITH (\n'a'='${secret:db/password}')"));
        assertTrue(error.getMessage().startsWith("s.sql:2:6: " + expected), error.getMessage());
        assertFalse(error.getMessage().contains("hunter2"), error.getMessage());
    }

    @Test
    void aNulCharacterIsRefusedWithoutTheValue() {
        RunnerException error =
                assertThrows(RunnerException.class, () -> fill("hunter2\0", "SELECT '${secret:db/v}'"));
        assertTrue(error.getMessage().startsWith("s.sql:1:9: parameter secret:db/v cannot"), error.getMessage());
        assertFalse(error.getMessage().contains("hunter2"), error.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                VALUE,
                "it''s `Hünter` \\ \"2\"",
                "it's ``Hünter`` \\ \"2\"",
                "it\\'s `Hünter` \\\\ \"2\"",
                "it's `Hünter` \\\\ \\\"2\\\"",
                "it%27s+%60H%C3%BCnter%60+%5C+%222%22",
                "it%27s%20%60H%C3%BCnter%60%20%5C%20%222%22",
                "it''s `H\\00fcnter` \\\\ \"2\"",
                "IT'S `HÜNTER` \\ \"2\"",
            })
    void redactsEveryForm(String form) {
        assertEquals("a ${secret:db/v} b", secretsWith(VALUE).redact("a " + form + " b"));
    }

    @Test
    void redactsLinesAndWhatIsTrimmed() {
        Secrets secrets = secretsWith("-----BEGIN KEY-----\nMIIBVgIBADANBg\n}\n");
        assertEquals("<${secret:db/v}> }", secrets.redact("<MIIBVgIBADANBg> }"));
        assertEquals("<${secret:db/v}>", secrets.redact("<-----BEGIN KEY-----\nMIIBVgIBADANBg\n}>"));
    }

    @Test
    void redactsShortValuesAsWordsAndEmptyOnesNot() {
        assertEquals("port 10, '${secret:db/v}'", secretsWith("1").redact("port 10, '1'"));
        assertEquals("as it is", secretsWith("").redact("as it is"));
    }

    @Test
    void redactsTracesWithTheirCauses() {
        Exception error = new IllegalStateException("outer", new IllegalArgumentException("bad value hunter2"));
        String trace = secretsWith("hunter2").traceOf(error);
        assertTrue(trace.contains("IllegalArgumentException: bad value ${secret:db/v}\n\t"), trace);
        assertFalse(trace.contains("hunter2"), trace);
    }

    /** Flink repeats the options of a table that it cannot make, names that it does not find, and classes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
            'fields.x.length'='${secret:db/v}'                   | SELECT x FROM a
            'connector'='${secret:db/v}'                         | SELECT x FROM a
            'number-of-rows'='${secret:db/v}'                    | SELECT x FROM a
            'rows-per-second'='1'                                | SELECT `${secret:db/v}` FROM a
            'rows-per-second'='1'                                | SELECT x FROM `${secret:db/v}`
            'rows-per-second'='1'                                | SELECT x FROM a /*+ OPTIONS('fields.x.kind'='${secret:db/v}') */
            """)
    void noErrorOfAJobShowsIt(String option, String query) {
        String value = "no-Such's.Value\n7";
        String connector = option.startsWith("'connector'") ? "" : "'connector'='datagen',";
        String script =
                "CREATE TABLE a (x INT) WITH (" + connector + option + ");\n"
                        + "CREATE TABLE b (x INT) WITH ('connector'='blackhole');\nINSERT INTO b " + query + ";";
        Revision revision = new Revision(Source.script("s.sql", script), List.of());
        Parameters parameters = new Parameters(Map.of(), Map.of(), secretsOf(value));
        SqlJob job = SqlJob.prepare("job", revision, parameters);
        String message = assertThrows(RunnerException.class, () -> job.submit(new Configuration())).getMessage();
        assertTrue(message.contains("${secret:db/v}"), message);
        assertFalse(message.toLowerCase(Locale.ROOT).contains("no-such"), message);
    }

    private static Secrets secretsOf(String value) {
        return TestSecrets.of(Map.of("v", value));
    }

    private static Secrets secretsWith(String value) {
        Secrets secrets = secretsOf(value);
        secrets.valueOf(new SecretReference("db", "v"));
        return secrets;
    }

    private static FilledStatement fill(String value, String sql) {
        return fill(secretsOf(value), sql);
    }

    private static FilledStatement fill(Secrets secrets, String sql) {
        return new Parameters(Map.of("a", "b"), Map.of(), secrets)
                .fill(StatementSplitter.split(Source.script("s.sql", sql)).get(0));
    }
}
