import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * What somebody would write who has one topic and one table: reads a topic of trades as JSON and upserts each poll's records in one
 * transaction. Stays, so that its code is as warm as a worker's: each line of the input, {@code LOOP SOURCE TOPIC RECORDS BATCH},
 * is answered by the seconds it took.
 *
 * <p>LOOP is {@code staged} (the last record of each key into a temporary table by batched INSERT, then one MERGE), {@code indexed}
 * (the same, and PostgreSQL told to join by the key's index, which it does not by itself without statistics of the temporary
 * table) or {@code rows} (a batch of MERGE statements of one row). SOURCE is {@code topic}, or {@code memory}: all is read and
 * parsed before the time is taken.
 */
public final class PlainUpserts {
    private static final String COLUMNS = "id, symbol, price, quantity, note, updated_at";
    private static final String TYPES = "id bigint, symbol varchar(10), price numeric(12,4), quantity int, note varchar(100),"
            + " updated_at timestamp";
    private static final String MERGE = "MERGE INTO bench_trades AS t USING %s AS s ON (t.id = s.id) WHEN MATCHED AND"
            + " (t.updated_at IS NULL OR s.updated_at >= t.updated_at) THEN UPDATE SET symbol = s.symbol, price = s.price,"
            + " quantity = s.quantity, note = s.note, updated_at = s.updated_at WHEN NOT MATCHED THEN INSERT (" + COLUMNS
            + ") VALUES (s.id, s.symbol, s.price, s.quantity, s.note, s.updated_at)";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private record Trade(
            long id, String symbol, double price, int quantity, String note, long updatedAt) {}

    private interface Loop {
        void write(List<Trade> trades) throws SQLException;
    }

    /** Arguments: Kafka's bootstrap servers, the JDBC URL, user and password. */
    public static void main(String[] args) throws Exception {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ");
            System.out.println(
                    measure(args, words[0], words[1], words[2], Integer.parseInt(words[3]), Integer.parseInt(words[4])));
        }
    }

    private static double measure(String[] args, String kind, String source, String topic, int records, int batch)
            throws Exception {
        Properties database = new Properties();
        database.setProperty("user", args[2]);
        database.setProperty("password", args[3]);
        database.setProperty("reWriteBatchedInserts", "true");
        List<List<Trade>> ready = new ArrayList<>();
        if (source.equals("memory")) {
            read(args[0], topic, records, batch, ready::add);
        }
        long begin = System.nanoTime();
        try (Connection connection = DriverManager.getConnection(args[1], database)) {
            connection.setAutoCommit(false);
            Loop loop = kind.equals("rows") ? rowByRow(connection) : staged(connection, kind.equals("indexed"));
            if (source.equals("memory")) {
                for (List<Trade> trades : ready) {
                    loop.write(trades);
                }
            } else {
                read(args[0], topic, records, batch, loop);
            }
        }
        return (System.nanoTime() - begin) / 1e9;
    }

    private static void read(String servers, String topic, int records, int batch, Loop loop) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", servers);
        properties.setProperty("group.id", "plain-" + UUID.randomUUID());
        properties.setProperty("auto.offset.reset", "earliest");
        properties.setProperty("enable.auto.commit", "false");
        properties.setProperty("max.poll.records", Integer.toString(batch));
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            for (int count = 0; count < records; ) {
                List<Trade> trades = new ArrayList<>();
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
                    trades.add(parse(payload(record.key()), payload(record.value())));
                }
                if (!trades.isEmpty()) {
                    loop.write(trades);
                }
                count += trades.size();
            }
            consumer.commitSync();
        }
    }

    /** What stands beside a schema, or all of it. */
    private static JsonNode payload(String json) throws Exception {
        JsonNode node = MAPPER.readTree(json);
        JsonNode payload = node.get("payload");
        return payload == null ? node : payload;
    }

    private static Trade parse(JsonNode key, JsonNode value) {
        return new Trade(
                key.get("id").asLong(),
                value.get("symbol").asText(),
                value.get("price").asDouble(),
                value.get("quantity").asInt(),
                value.get("note").isNull() ? null : value.get("note").asText(),
                value.get("updated_at").asLong());
    }

    private static void bind(PreparedStatement statement, Trade trade) throws SQLException {
        statement.setLong(1, trade.id);
        statement.setString(2, trade.symbol);
        statement.setBigDecimal(3, BigDecimal.valueOf(trade.price));
        statement.setInt(4, trade.quantity);
        statement.setString(5, trade.note);
        int nanos = (int) (trade.updatedAt % 1000) * 1_000_000;
        statement.setObject(6, LocalDateTime.ofEpochSecond(trade.updatedAt / 1000, nanos, ZoneOffset.UTC));
        statement.addBatch();
    }

    private static Loop rowByRow(Connection connection) throws SQLException {
        String row = "(SELECT CAST(? AS bigint) AS id, CAST(? AS varchar(10)) AS symbol, CAST(? AS numeric(12,4)) AS price,"
                + " CAST(? AS int) AS quantity, CAST(? AS varchar(100)) AS note, CAST(? AS timestamp) AS updated_at)";
        PreparedStatement merge = connection.prepareStatement(String.format(MERGE, row));
        return trades -> {
            for (Trade trade : trades) {
                bind(merge, trade);
            }
            merge.executeBatch();
            connection.commit();
        };
    }

    private static Loop staged(Connection connection, boolean joinsByIndex) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMPORARY TABLE bench_stage (" + TYPES + ") ON COMMIT DELETE ROWS");
            if (joinsByIndex) {
                statement.execute("SET enable_hashjoin = off; SET enable_mergejoin = off");
            }
            connection.commit();
        }
        PreparedStatement stage =
                connection.prepareStatement("INSERT INTO bench_stage (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?)");
        PreparedStatement merge = connection.prepareStatement(String.format(MERGE, "bench_stage"));
        return trades -> {
            Map<Long, Trade> last = new LinkedHashMap<>();
            for (Trade trade : trades) {
                last.put(trade.id, trade);
            }
            for (Trade trade : last.values()) {
                bind(stage, trade);
            }
            stage.executeBatch();
            merge.executeUpdate();
            connection.commit();
        };
    }
}
