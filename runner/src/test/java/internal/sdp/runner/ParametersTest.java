package internal.sdp.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import internal.sdp.runner.Golden.Pair;
import internal.sdp.runner.StatementSplitter.Statement;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ParametersTest {
    /** What stands for a secret where the value is not known. */
    private static final String UNKNOWN = "sdp_unknown_value";

    @TestFactory
    Stream<DynamicTest> fillsAsGolden() throws IOException {
        Secrets unknown =
                TestSecrets.of(Map.of("column", UNKNOWN, "pass_word.TXT", UNKNOWN, "-", UNKNOWN, ".x", UNKNOWN));
        Parameters parameters = new Parameters(Golden.strings("parameters/values.json"), Map.of(), unknown);
        return Golden.pairs("parameters").stream()
                .map(pair -> DynamicTest.dynamicTest(pair.name(), () -> check(pair, parameters)));
    }

    private static void check(Pair pair, Parameters parameters) {
        Statement statement = statement(pair.name(), pair.input());
        JsonNode expected = pair.lines().get(0);
        if (expected.has("text")) {
            assertEquals(expected.get("text").asText(), parameters.fill(statement).text());
            return;
        }
        RunnerException error = assertThrows(RunnerException.class, () -> parameters.fill(statement));
        String where = pair.name() + ":" + expected.at("/error/line") + ":" + expected.at("/error/column") + ": ";
        assertTrue(error.getMessage().startsWith(where), error.getMessage());
    }

    @Test
    void argumentsComeBeforeTheEnvironmentAndThatBeforeDefaults() {
        Parameters parameters = new Parameters(Map.of("a", "1"), Map.of("SDP_A", "2", "SDP_B", "3"), TestSecrets.none());
        String filled = parameters.fill(statement("x.sql", "SELECT ${a:0}, ${b:0}, ${c:0}")).text();
        assertEquals("SELECT 1, 3, 0", filled);
    }

    @Test
    void findsTheWayBackAcrossValuesWithLines() {
        Parameters parameters = new Parameters(Map.of("a", "one\ntwo\nthree"), Map.of(), TestSecrets.none());
        FilledStatement filled = parameters.fill(statement("x.sql", "-- first\nSELECT '${a}', nope\n, more"));
        assertEquals("x.sql:2:1", filled.position(1, 1));
        assertEquals("x.sql:2:9", filled.position(2, 2));
        assertEquals("x.sql:2:16", filled.position(filled.text().indexOf("nope")));
        assertEquals("x.sql:3:3", filled.position(4, 3));
    }

    private static Statement statement(String path, String text) {
        return StatementSplitter.split(Source.script(path, text)).get(0);
    }
}
