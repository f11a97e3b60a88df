package internal.sdp.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import internal.sdp.runner.Golden.Pair;
import internal.sdp.runner.StatementSplitter.Statement;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class StatementSplitterTest {

    @TestFactory
    Stream<DynamicTest> splitsAsGolden() throws IOException {
        return Golden.pairs("splits").stream().map(pair -> DynamicTest.dynamicTest(pair.name(), () -> check(pair)));
    }

    private static void check(Pair pair) {
        Source source = Source.script(pair.name(), pair.input());
        if (!pair.lines().isEmpty() && pair.lines().get(0).has("error")) {
            JsonNode at = pair.lines().get(0).get("error");
            RunnerException error = assertThrows(RunnerException.class, () -> StatementSplitter.split(source));
            String where = pair.name() + ":" + at.get("line") + ":" + at.get("column") + ": ";
            assertTrue(error.getMessage().startsWith(where), error.getMessage());
            return;
        }
        List<Statement> statements = StatementSplitter.split(source);
        assertEquals(pair.lines().stream().map(line -> line.get("text").asText()).toList(),
                statements.stream().map(Statement::text).toList());
        assertEquals(
                pair.lines().stream().map(line -> pair.name() + ":" + line.get("line") + ":" + line.get("column")).toList(),
                statements.stream().map(statement -> source.position(statement.offset())).toList());
        assertEquals(pair.lines().stream().map(line -> line.get("inSet").asBoolean()).toList(),
                statements.stream().map(Statement::inSet).toList());
    }

    @Test
    void placesDdlByItsOwnLines() {
        Source ddl = Source.ddl("sql/ddl/t.sql", "table t", "CREATE TABLE t (\n  a 'b\n)");
        RunnerException error = assertThrows(RunnerException.class, () -> StatementSplitter.split(ddl));
        assertTrue(error.getMessage().startsWith("sql/ddl/t.sql (table t) line 2: "), error.getMessage());
    }
}
