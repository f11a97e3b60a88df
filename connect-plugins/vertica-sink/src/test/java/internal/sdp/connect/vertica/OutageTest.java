package internal.sdp.connect.vertica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The database goes away and comes back while the task writes. */
class OutageTest {
    private static PostgresServer postgres;

    @BeforeAll
    static void startServer() throws Exception {
        postgres = PostgresServer.start();
    }

    @AfterAll
    static void closeServer() throws Exception {
        postgres.close();
    }

    @Test
    void goesOnAfterTheDatabaseWasKilled() throws Exception {
        run("CREATE TABLE survives (id int PRIMARY KEY, n int)");
        try (Sink sink = new Sink(postgres, "survives", "insert.mode=upsert", "max.retries=5")) {
            sink.put(batch(0));
            postgres.kill();
            sink.beforeRetry = () -> {
                if (sink.retries == 2) {
                    launch();
                }
            };
            for (int i = 1; i < 10; i++) {
                sink.put(batch(i));
            }
            assertEquals(2, sink.retries);
            assertEquals(20, sink.lastTimeout);
        }
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*), sum(n) FROM survives")) {
            rows.next();
            assertEquals(1000, rows.getInt(1));
            assertEquals(499_500, rows.getInt(2));
        }
    }

    @Test
    void givesUpAfterTheLastRetry() throws Exception {
        run("CREATE TABLE lost (id int PRIMARY KEY, n int)");
        try (Sink sink = new Sink(postgres, "lost", "insert.mode=upsert", "max.retries=2")) {
            postgres.kill();
            assertThrows(RetriableException.class, () -> sink.task.put(batch(0)));
            assertThrows(RetriableException.class, () -> sink.task.put(batch(0)));
            String message = assertThrows(ConnectException.class, () -> sink.task.put(batch(0)))
                    .getMessage();
            assertTrue(message.endsWith("Given up after 2 retries (max.retries)."), message);
            assertTrue(message.contains("refused"), message);
        } finally {
            launch();
        }
    }

    private static void launch() {
        try {
            postgres.launch();
        } catch (IOException | InterruptedException error) {
            throw new AssertionError(error);
        }
    }

    private static void run(String sql) throws SQLException {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<SinkRecord> batch(int number) {
        List<SinkRecord> records = new ArrayList<>();
        for (int i = number * 100; i < number * 100 + 100; i++) {
            records.add(new SinkRecord("orders", 0, null, Map.of("id", i), null, Map.of("n", i), i));
        }
        return records;
    }
}
