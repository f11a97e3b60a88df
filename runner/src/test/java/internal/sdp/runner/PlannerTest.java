package internal.sdp.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The planner as a process of its own. */
@Timeout(120)
class PlannerTest {
    @TempDir Path folder;

    @Test
    void answersEachLineAndEndsWithItsInput() throws Exception {
        Process planner =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-Djava.io.tmpdir=" + Files.createDirectory(folder.resolve("tmp")),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Planner.class.getName())
                        .redirectError(folder.resolve("log").toFile())
                        .start();
        String table = "\"CREATE TABLE a (id INT) WITH ('connector' = 'datagen')\"";
        try (PrintWriter questions = new PrintWriter(planner.outputWriter(StandardCharsets.UTF_8));
                BufferedReader answers = planner.inputReader(StandardCharsets.UTF_8)) {
            questions.println("{\"id\": 1, \"statements\": [" + table + ", \"INSERT INTO a SELECT 'é'\"], \"options\": {}}");
            questions.println("{\"id\": 2, \"statements\": [" + table + "], \"options\": {}}");
            questions.println(
                    "{\"id\": 3, \"statements\": [\"SET 'execution.runtime-mode' = 'sometimes'\"], \"options\": {}}");
            questions.println(
                    "{\"id\": 4, \"statements\": ["
                            + table
                            + ", \"INSERT INTO a SELECT id + 1 FROM a\"], \"options\": {}, \"columns\": true}");
            questions.println(
                    "{\"id\": 5, \"statements\": ["
                            + table
                            + ", \"CREATE TABLE b (id INT) WITH ('connector' = 'blackhole')\", \"INSERT INTO b SELECT id FROM a\"]"
                            + ", \"options\": {}, \"plan\": true}");
            questions.flush();
            TreeMap<String, String> lines = new TreeMap<>();
            for (int asked = 0; asked < 5; asked++) {
                String line = answers.readLine();
                lines.put(line.substring(0, 8), line.substring(8));
            }
            assertTrue(
                    lines.get("{\"id\":1,").startsWith("\"problems\":[{\"statement\":1,\"line\":1,\"column\":1,\"seen\":\""),
                    lines::toString);
            assertEquals("\"problems\":[]}", lines.get("{\"id\":2,"), Files.readString(folder.resolve("log")));
            String name = "\"table\":[\"default_catalog\",\"default_database\",\"a\"]";
            assertTrue(
                    lines.get("{\"id\":4,")
                            .startsWith(
                                    "\"inserts\":[{\"statement\":1,"
                                            + name
                                            + ",\"columns\":[{\"name\":\"id\",\"computed\":true,\"origins\":[{"
                                            + name
                                            + ",\"column\":\"id\"}]}]}],\"problems\":["),
                    lines::toString);
            assertTrue(lines.get("{\"id\":5,").startsWith("\"plan\":\"{\\\"flinkVersion\\\""), lines::toString);
            assertTrue(lines.get("{\"id\":3,").contains("\"seen\":\""), lines::toString);
        }
        assertTrue(planner.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, planner.exitValue());
    }
}
