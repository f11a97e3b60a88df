package internal.sdp.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.AccessExecutionJobVertex;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs jobs on a Flink cluster in this JVM, submitted over REST as in a session cluster. */
@Timeout(120)
class SqlJobTest {
    private static final PrintStream REAL_OUT = System.out;
    private static final ByteArrayOutputStream PRINTED = new ByteArrayOutputStream();

    @TempDir static Path folder;
    private static MiniCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        System.setOut(new PrintStream(PRINTED, true, StandardCharsets.UTF_8));
        Configuration configuration = new Configuration();
        configuration.setString("rest.port", "0");
        configuration.setString("io.tmp.dirs", Files.createDirectories(folder.resolve("tmp")).toString());
        configuration.setString("taskmanager.memory.network.min", "16m");
        configuration.setString("taskmanager.memory.network.max", "16m");
        cluster =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setNumTaskManagers(1)
                                .setNumSlotsPerTaskManager(4)
                                .setConfiguration(configuration)
                                .build());
        cluster.start();
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
        System.setOut(REAL_OUT);
    }

    @Test
    void goesOnFromItsSavepointWhenSubmittedAgainInTheSameJvm() throws Exception {
        Path input = Files.createDirectory(folder.resolve("input"));
        write(input, "1.csv", "x\nx\ny\n");
        Source words =
                Source.ddl(
                        "sql/ddl/words.sql",
                        "words",
                        "CREATE TABLE words (word STRING) WITH ('connector' = 'filesystem', 'format' = 'csv',"
                                + " 'path' = '${path}', 'source.monitor-interval' = '100ms')");
        Source counts =
                Source.ddl(
                        "sql/ddl/counts.sql",
                        "counts",
                        "CREATE TABLE counts (word STRING, n BIGINT)"
                                + " WITH ('connector' = 'print', 'print-identifier' = 'counts')");
        SqlJob job =
                SqlJob.prepare(
                        "words",
                        revision("INSERT INTO counts SELECT word, COUNT(*) FROM words GROUP BY word;", words, counts),
                        new Parameters(Map.of("path", input.toUri().toString()), Map.of(), TestSecrets.none()));

        JobID first = submit(job, Map.of("execution.checkpointing.interval", "1h"));
        await("the first counts", () -> printed("[x, 2]") && printed("[y, 1]"));
        List<String> firstOperators = operators(first);
        assertEquals("words", graph(first).getJobName());
        String savepoint =
                cluster.stopWithSavepoint(
                                first, folder.resolve("savepoints").toString(), false, SavepointFormatType.CANONICAL)
                        .get(60, TimeUnit.SECONDS);
        write(input, "2.csv", "x\n");

        JobID second = submit(job, Map.of("execution.state-recovery.path", savepoint));
        await("the count that goes on", () -> printed("[x, 3]"));
        assertEquals(firstOperators, operators(second));
        cluster.cancelJob(second).get(60, TimeUnit.SECONDS);
    }

    @Test
    void plansDifferInOneJvmUntilTheyAreRenumbered() {
        String first = compile();
        String second = compile();
        assertNotEquals(first, second);
        assertEquals(PlanIds.renumber(first), PlanIds.renumber(second));
    }

    @Test
    void runsAllInsertsAsOneJobWithTheNameAndOptionsThatTheScriptSets() throws Exception {
        Source script =
                Source.script(
                        "sql/jobs/two.sql",
                        """
                        SET 'pipeline.name' = 'it''s two';
                        SET parallelism.default = 2;
                        CREATE TEMPORARY TABLE a (x INT) WITH ('connector' = 'blackhole');
                        CREATE DATABASE other;
                        CREATE TABLE other.b (x INT) WITH ('connector' = 'blackhole');
                        INSERT INTO a VALUES (1);
                        USE other;
                        EXECUTE STATEMENT SET BEGIN
                          INSERT INTO b VALUES (2);
                          INSERT INTO default_catalog.other.b VALUES (3);
                        END;
                        SHOW TABLES;
                        """);
        JobID id = submit(prepare("two", script), Map.of());
        AccessExecutionGraph graph = graph(id);
        assertEquals("it's two", graph.getJobName());
        List<String> names = vertices(graph).map(AccessExecutionJobVertex::getName).toList();
        assertEquals(3, names.stream().filter(vertex -> vertex.startsWith("Source: ")).count(), names.toString());
        assertEquals(2, graph.getArchivedExecutionConfig().getParallelism());
        await("the end", () -> graph(id).getState() == JobStatus.FINISHED);
    }

    @Test
    void runsATableFromAQueryAsAJobOfTheScriptsName() throws Exception {
        Source script =
                Source.script("ctas.sql", "CREATE TABLE c WITH ('connector' = 'blackhole') AS SELECT 1 AS x");
        JobID id = submit(prepare("ctas", script), Map.of());
        assertEquals("ctas", graph(id).getJobName());
    }

    @Test
    void runsInBatchModeWhenTheScriptSaysSo() throws Exception {
        Source script =
                Source.script(
                        "batch.sql",
                        """
                        SET 'execution.runtime-mode' = 'batch';
                        CREATE TABLE p (x INT, n BIGINT) WITH ('connector' = 'print', 'print-identifier' = 'batch');
                        INSERT INTO p SELECT x, COUNT(*) FROM (VALUES (1), (1), (1)) AS t(x) GROUP BY x;
                        """);
        JobID id = submit(prepare("batch", script), Map.of());
        await("the end", () -> graph(id).getState() == JobStatus.FINISHED);
        String output = PRINTED.toString(StandardCharsets.UTF_8);
        assertTrue(output.contains("batch") && output.contains("+I[1, 3]") && !output.contains("+I[1, 1]"), output);
    }

    @Test
    void runsWhatHasNoCompiledForm() throws Exception {
        Path list = Files.writeString(folder.resolve("list.csv"), "1,one\n");
        Source script =
                Source.script(
                        "legacy.sql",
                        """
                        CREATE TABLE list (k INT, v STRING) WITH (
                          'connector.type' = 'filesystem', 'connector.path' = '%s', 'format.type' = 'csv');
                        CREATE TABLE p (v STRING) WITH ('connector' = 'print', 'print-identifier' = 'legacy');
                        INSERT INTO p SELECT v FROM (SELECT x, PROCTIME() AS t FROM (VALUES (1)) AS r(x)) AS r
                        JOIN list FOR SYSTEM_TIME AS OF r.t ON r.x = list.k;
                        """
                                .formatted(list.toUri()));
        submit(prepare("legacy", script), Map.of());
        await("the row", () -> printed("+I[one]"));
    }

    private static SqlJob prepare(String name, Source script) {
        return SqlJob.prepare(name, new Revision(script, List.of()), new Parameters(Map.of(), Map.of(), TestSecrets.none()));
    }

    private static Revision revision(String script, Source... ddl) {
        return new Revision(Source.script("sql/jobs/job.sql", script), List.of(ddl));
    }

    private static JobID submit(SqlJob job, Map<String, String> options) throws Exception {
        Configuration configuration = Configuration.fromMap(options);
        configuration.setString("execution.target", "remote");
        configuration.setString("execution.attached", "false");
        configuration.setString("rest.address", cluster.getRestAddress().get().getHost());
        configuration.setString("rest.port", String.valueOf(cluster.getRestAddress().get().getPort()));
        return job.submit(configuration).getJobClient().orElseThrow().getJobID();
    }

    private static String compile() {
        TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
        tables.executeSql("CREATE TABLE a (x INT) WITH ('connector' = 'datagen')");
        tables.executeSql("CREATE TABLE b (x INT, n BIGINT) WITH ('connector' = 'print')");
        return tables.compilePlanSql("INSERT INTO b SELECT x, COUNT(*) FROM a GROUP BY x").asJsonString();
    }

    private static AccessExecutionGraph graph(JobID id) throws Exception {
        return cluster.getArchivedExecutionGraph(id).get(60, TimeUnit.SECONDS);
    }

    private static List<String> operators(JobID id) throws Exception {
        return vertices(graph(id)).map(vertex -> vertex.getJobVertexId().toString()).toList();
    }

    private static Stream<AccessExecutionJobVertex> vertices(AccessExecutionGraph graph) {
        return StreamSupport.stream(graph.getVerticesTopologically().spliterator(), false)
                .map(AccessExecutionJobVertex.class::cast);
    }

    private static boolean printed(String row) {
        return PRINTED.toString(StandardCharsets.UTF_8).contains(row);
    }

    private static void write(Path input, String name, String text) throws Exception {
        Path hidden = Files.writeString(folder.resolve("." + name), text);
        Files.move(hidden, input.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.call()) {
            assertTrue(System.nanoTime() < end, "waited in vain for " + what);
            Thread.sleep(50);
        }
    }
}
