package internal.sdp.connect.vertica;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * How many upserts a second the task makes of records, without Kafka, beside plain JDBC loops that do nothing else.
 *
 * <p>{@code BenchMain URL ROWS KEYS [USER PASSWORD [BATCH]]}; the URL {@code -} starts a PostgreSQL server for it.
 */
public final class BenchMain {
    private static final Schema KEY =
            SchemaBuilder.struct().field("id", Schema.INT64_SCHEMA).build();
    private static final Schema VALUE = SchemaBuilder.struct()
            .field("symbol", Schema.STRING_SCHEMA)
            .field("price", Schema.FLOAT64_SCHEMA)
            .field("quantity", Schema.INT32_SCHEMA)
            .field("note", Schema.OPTIONAL_STRING_SCHEMA)
            .field(
                    "updated_at",
                    SchemaBuilder.int64().name("io.debezium.time.Timestamp").build())
            .build();
    private static final long EPOCH_MS = 1_767_225_600_000L;

    private final String url;
    private final String user;
    private final String password;
    private final int rows;
    private final int keys;
    private final int batch;

    private BenchMain(String url, String user, String password, int rows, int keys, int batch) {
        this.url = url;
        this.user = user;
        this.password = password;
        this.rows = rows;
        this.keys = keys;
        this.batch = batch;
    }

    public static void main(String[] args) throws Exception {
        PostgresServer own = args[0].equals("-") ? PostgresServer.start() : null;
        String user = own != null ? PostgresServer.USER : args[3];
        String password = own != null ? PostgresServer.PASSWORD : args[4];
        int batch = args.length > 5 ? Integer.parseInt(args[5]) : 500;
        try {
            String url = own != null ? own.url() : args[0];
            new BenchMain(url, user, password, Integer.parseInt(args[1]), Integer.parseInt(args[2]), batch).run();
        } finally {
            if (own != null) {
                own.close();
            }
        }
    }

    private interface Loop {
        void write(List<SinkRecord> records) throws Exception;
    }

    /** The first round warms up; the medians of the others are told. */
    private void run() throws Exception {
        System.out.printf("%d upserts of %d keys in batches of %d, rows/s%n", rows, keys, batch);
        Map<String, List<Double>> results = new LinkedHashMap<>();
        for (int round = 0; round <= 5; round++) {
            for (String name :
                    List.of("task, with schema", "plain, staged", "plain, row by row", "task, without schema")) {
                double result;
                try (Connection connection = connect()) {
                    result = switch (name) {
                        case "plain, row by row" -> measure(true, new RowByRow(connection));
                        case "plain, staged" -> measure(true, new Staged(connection));
                        default -> measure(name.equals("task, with schema"), null);
                    };
                }
                if (round > 0) {
                    results.computeIfAbsent(name, any -> new ArrayList<>()).add(result);
                }
            }
        }
        results.forEach((name, all) -> {
            all.sort(null);
            System.out.printf(
                    Locale.ROOT, "  %-25s %,9.0f  (%,.0f to %,.0f)%n", name, all.get(2), all.get(0), all.get(4));
        });
    }

    private double measure(boolean withSchema, Loop plain) throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS bench_trades");
            statement.execute(
                    "CREATE TABLE bench_trades (id bigint PRIMARY KEY, symbol varchar(10), price numeric(12,4),"
                            + " quantity int, note varchar(100), updated_at timestamp)");
        }
        List<List<SinkRecord>> batches = records(withSchema);
        VerticaSinkTask task = new VerticaSinkTask();
        Loop loop = plain;
        if (plain == null) {
            Map<String, String> config = new HashMap<>();
            config.put(SinkConfig.URL, url);
            config.put(SinkConfig.USER, user);
            config.put(SinkConfig.PASSWORD, password);
            config.put(SinkConfig.TABLE, "bench_trades");
            config.put(SinkConfig.INSERT_MODE, "upsert");
            config.put(SinkConfig.TIMESTAMP_FIELDS, "updated_at");
            task.start(config);
            loop = task::put;
        }
        long begin = System.nanoTime();
        for (List<SinkRecord> records : batches) {
            loop.write(records);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        task.stop();
        return rows / seconds;
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                url + (url.contains("postgresql") ? "?reWriteBatchedInserts=true" : ""), user, password);
    }

    private List<List<SinkRecord>> records(boolean withSchema) {
        Random random = new Random(7);
        List<List<SinkRecord>> batches = new ArrayList<>();
        for (int from = 0; from < rows; from += batch) {
            List<SinkRecord> records = new ArrayList<>();
            for (int i = from; i < Math.min(rows, from + batch); i++) {
                long id = random.nextInt(keys);
                Map<String, Object> fields = new LinkedHashMap<>();
                fields.put("symbol", "S" + id % 500);
                fields.put("price", random.nextInt(1_000_000) / 100.0);
                fields.put("quantity", random.nextInt(1_000));
                fields.put("note", i % 3 == 0 ? null : "trade number " + i + " of the benchmark");
                fields.put("updated_at", EPOCH_MS + i);
                Object value = fields;
                if (withSchema) {
                    Struct struct = new Struct(VALUE);
                    fields.forEach(struct::put);
                    value = struct;
                }
                Object key = withSchema ? new Struct(KEY).put("id", id) : Map.of("id", id);
                records.add(
                        new SinkRecord("trades", 0, withSchema ? KEY : null, key, withSchema ? VALUE : null, value, i));
            }
            batches.add(records);
        }
        return batches;
    }

    private static void bind(PreparedStatement statement, SinkRecord record) throws SQLException {
        Struct value = (Struct) record.value();
        statement.setLong(1, ((Struct) record.key()).getInt64("id"));
        statement.setString(2, value.getString("symbol"));
        statement.setBigDecimal(3, BigDecimal.valueOf(value.getFloat64("price")));
        statement.setInt(4, value.getInt32("quantity"));
        statement.setString(5, value.getString("note"));
        statement.setObject(
                6,
                LocalDateTime.ofEpochSecond(
                        value.getInt64("updated_at") / 1000,
                        (int) (value.getInt64("updated_at") % 1000) * 1_000_000,
                        java.time.ZoneOffset.UTC));
        statement.addBatch();
    }

    /** A batch of MERGE statements of one row each. */
    private static final class RowByRow implements Loop {
        private final Connection connection;
        private final PreparedStatement merge;

        RowByRow(Connection connection) throws SQLException {
            this.connection = connection;
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute(
                        "CREATE TABLE IF NOT EXISTS bench_trades (id bigint PRIMARY KEY, symbol varchar(10), price"
                                + " numeric(12,4), quantity int, note varchar(100), updated_at timestamp)");
                connection.commit();
            }
            merge = connection.prepareStatement(
                    "MERGE INTO bench_trades AS t USING (SELECT CAST(? AS bigint) AS id, CAST(? AS varchar(10)) AS"
                        + " symbol, CAST(? AS numeric(12,4)) AS price, CAST(? AS int) AS quantity, CAST(? AS"
                        + " varchar(100)) AS note, CAST(? AS timestamp) AS updated_at) AS s ON (t.id = s.id) WHEN"
                        + " MATCHED AND (t.updated_at IS NULL OR s.updated_at >= t.updated_at) THEN UPDATE SET symbol"
                        + " = s.symbol, price = s.price, quantity = s.quantity, note = s.note, updated_at ="
                        + " s.updated_at WHEN NOT MATCHED THEN INSERT (id, symbol, price, quantity, note, updated_at)"
                        + " VALUES (s.id, s.symbol, s.price, s.quantity, s.note, s.updated_at)");
        }

        @Override
        public void write(List<SinkRecord> records) throws SQLException {
            for (SinkRecord record : records) {
                bind(merge, record);
            }
            merge.executeBatch();
            connection.commit();
        }
    }

    /** One MERGE of the last record of each key, staged by a batch of INSERT. */
    private static final class Staged implements Loop {
        private final Connection connection;
        private final PreparedStatement stage;
        private final PreparedStatement merge;

        Staged(Connection connection) throws SQLException {
            this.connection = connection;
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                String local = connection.getMetaData().getURL().startsWith("jdbc:vertica") ? "LOCAL " : "";
                statement.execute("CREATE " + local
                        + "TEMPORARY TABLE bench_stage (id bigint, symbol varchar(10), price numeric(12,4),"
                        + " quantity int, note varchar(100), updated_at timestamp) ON COMMIT DELETE ROWS");
                connection.commit();
            }
            stage = connection.prepareStatement(
                    "INSERT INTO bench_stage (id, symbol, price, quantity, note, updated_at) VALUES (?, ?, ?, ?, ?,"
                            + " ?)");
            merge = connection.prepareStatement(
                    "MERGE INTO bench_trades AS t USING bench_stage AS s ON (t.id = s.id) WHEN MATCHED AND"
                        + " (t.updated_at IS NULL OR s.updated_at >= t.updated_at) THEN UPDATE SET symbol = s.symbol,"
                        + " price = s.price, quantity = s.quantity, note = s.note, updated_at = s.updated_at WHEN NOT"
                        + " MATCHED THEN INSERT (id, symbol, price, quantity, note, updated_at) VALUES (s.id,"
                        + " s.symbol, s.price, s.quantity, s.note, s.updated_at)");
        }

        @Override
        public void write(List<SinkRecord> records) throws SQLException {
            Map<Object, SinkRecord> last = new LinkedHashMap<>();
            for (SinkRecord record : records) {
                last.put(((Struct) record.key()).getInt64("id"), record);
            }
            for (SinkRecord record : last.values()) {
                bind(stage, record);
            }
            stage.executeBatch();
            merge.executeUpdate();
            connection.commit();
        }
    }
}
