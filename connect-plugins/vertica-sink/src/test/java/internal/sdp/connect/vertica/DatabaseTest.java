package internal.sdp.connect.vertica;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Tests on a PostgreSQL server, which all of them share; each has a schema of its own. */
@ExtendWith(DatabaseTest.Server.class)
abstract class DatabaseTest {
    private static final AtomicInteger SCHEMAS = new AtomicInteger();
    static PostgresServer postgres;
    final String schema = "s" + SCHEMAS.incrementAndGet();
    Connection connection;
    private long offset;

    static final class Server implements BeforeAllCallback {
        @Override
        public void beforeAll(ExtensionContext context) {
            ExtensionContext.Store store = context.getRoot().getStore(ExtensionContext.Namespace.GLOBAL);
            postgres = store.getOrComputeIfAbsent("postgres", any -> new Closing(), Closing.class).server;
        }

        private static final class Closing implements ExtensionContext.Store.CloseableResource {
            private final PostgresServer server;

            Closing() {
                try {
                    server = PostgresServer.start();
                } catch (java.io.IOException | InterruptedException error) {
                    throw new AssertionError(error);
                }
            }

            @Override
            public void close() throws Exception {
                server.close();
            }
        }
    }

    @BeforeEach
    void makeSchema() throws SQLException {
        connection = postgres.connect();
        sql("CREATE SCHEMA " + schema, "SET search_path TO " + schema);
    }

    @AfterEach
    void dropSchema() throws SQLException {
        sql("DROP SCHEMA " + schema + " CASCADE");
        connection.close();
    }

    void sql(String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    Sink sink(String table, String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.add("vc.schema=" + schema);
        return new Sink(postgres, table, all.toArray(String[]::new));
    }

    /** {@code 1|a|null}: rows as texts in the query's order. */
    List<String> rows(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            List<String> rows = new ArrayList<>();
            while (result.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.append(i == 1 ? "" : "|").append(result.getString(i));
                }
                rows.add(row.toString());
            }
            return rows;
        }
    }

    /** A record without schema at the next offset. */
    SinkRecord record(Object key, Map<String, Object> value) {
        return record("orders", key, value);
    }

    SinkRecord record(String topic, Object key, Map<String, Object> value) {
        return new SinkRecord(topic, 0, null, key, null, value, offset++);
    }

    /** {@code map("id", 1, "name", "a")}. */
    static Map<String, Object> map(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
