package internal.sdp.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import internal.sdp.runner.ScriptCheck.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Queries on a Flink cluster in this JVM. */
@Timeout(120)
class ScriptPreviewTest {
    private static final String ENDLESS =
            "CREATE TABLE a (id INT) WITH ('connector' = 'datagen', 'rows-per-second' = '100', 'fields.id.kind' = 'sequence',"
                    + " 'fields.id.start' = '1', 'fields.id.end' = '1000000')";
    private static final String VALUES = "(VALUES (1, 'x'), (2, CAST(NULL AS STRING)), (1, 'y')) AS t(id, name)";

    private static final PreviewCluster CLUSTER = new PreviewCluster();

    @AfterAll
    static void stop() throws Exception {
        CLUSTER.close();
    }

    @Test
    void showsRowsUntilTheQueryEnds() {
        List<String> shown = show(100, "SELECT id, name, ARRAY[1, 2] AS pair FROM " + VALUES);
        assertEquals("[id, name, pair]", shown.get(0));
        // Each row of VALUES has a source of its own.
        assertEquals(
                Set.of("+I [1, x, [1, 2]]", "+I [2, null, [1, 2]]", "+I [1, y, [1, 2]]"),
                Set.copyOf(shown.subList(1, shown.size())));
    }

    @Test
    void showsChangesInAStreamAndResultsOfABatch() {
        String query = "SELECT id, COUNT(*) AS n FROM " + VALUES + " WHERE id = 1 GROUP BY id";
        assertEquals(List.of("[id, n]", "+I [1, 1]", "-U [1, 1]", "+U [1, 2]"), show(100, query));
        assertEquals(List.of("[id, n]", "+I [1, 2]"), show(100, "SET 'execution.runtime-mode' = 'batch'", query));
    }

    @Test
    void endsAfterSoManyRows() {
        assertEquals(List.of("[id]", "+I [1]", "+I [2]"), show(2, ENDLESS, "SELECT id FROM a"));
    }

    @Test
    void endsWhenItIsCancelled() throws Exception {
        ScriptPreview preview = new ScriptPreview(List.of(ENDLESS, "SELECT id FROM a"), new Configuration(), CLUSTER);
        CountDownLatch rows = new CountDownLatch(3);
        List<String> shown = new ArrayList<>();
        CompletableFuture<Void> ended =
                CompletableFuture.runAsync(
                        () ->
                                preview.run(
                                        Integer.MAX_VALUE,
                                        new Recorder(shown) {
                                            @Override
                                            public void row(String kind, List<String> values) {
                                                rows.countDown();
                                            }
                                        }));
        assertTrue(rows.await(60, TimeUnit.SECONDS));
        preview.cancel();
        ended.get(60, TimeUnit.SECONDS);
        assertEquals(List.of("[id]"), shown);
    }

    @Test
    void placesProblems() {
        assertEquals(List.of("1:1:8 Column 'nope' not found in any table"), show(9, ENDLESS, "SELECT nope FROM a"));
        assertEquals(
                List.of("0:1:20 Unknown identifier 'NOPE'"),
                show(9, "CREATE TABLE b (id NOPE) WITH ('connector' = 'datagen')", "SELECT 1"));
        assertEquals(List.of("0:1:1 this sets no option"), show(9, "SET nothing", "SELECT 1"));
    }

    private static List<String> show(int rows, String... statements) {
        List<String> shown = new ArrayList<>();
        new ScriptPreview(List.of(statements), new Configuration(), CLUSTER).run(rows, new Recorder(shown));
        return shown;
    }

    private static class Recorder implements ScriptPreview.Listener {
        private final List<String> shown;

        Recorder(List<String> shown) {
            this.shown = shown;
        }

        @Override
        public void columns(List<String> names) {
            shown.add(names.toString());
        }

        @Override
        public void row(String kind, List<String> values) {
            shown.add(kind + " " + values);
        }

        @Override
        public void problem(Problem problem) {
            shown.add(problem.statement() + ":" + problem.line() + ":" + problem.column() + " " + problem.seen());
        }
    }
}
