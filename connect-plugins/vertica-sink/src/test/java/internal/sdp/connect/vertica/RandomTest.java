package internal.sdp.connect.vertica;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams at random, cut and delivered again at random, end with the table that one record after the other makes. */
class RandomTest extends DatabaseTest {
    private static final int KEYS = 8;

    @ParameterizedTest
    @CsvSource({"upsert, ''", "upsert, t", "upsert, 't,u'", "upsert, s", "update, ''", "update, t", "update, 't,u'"})
    void endsWithTheTableOfTheModel(String mode, String timestamps) throws SQLException {
        List<String> order = timestamps.isEmpty() ? List.of() : List.of(timestamps.split(","));
        sql("CREATE TABLE m (k int, l text, t timestamp(3), u int, s text, a text, b numeric(8,2), PRIMARY KEY (k,"
                + " l))");
        List<String> settings = new ArrayList<>(List.of("insert.mode=" + mode, "delete.enabled=true", "batch.size=7"));
        if (!order.isEmpty()) {
            settings.add("upsert.timestamp.fields=" + timestamps);
        }
        try (Sink sink = sink("m", settings.toArray(String[]::new))) {
            for (int seed = 0; seed < 5; seed++) {
                Random random = new Random(seed);
                sql("TRUNCATE m", "INSERT INTO m (k, l, a) SELECT k, 'x', 'old' FROM generate_series(0, 3) AS k");
                Map<Integer, Map<String, Object>> model = new TreeMap<>();
                for (int k = 0; k <= 3; k++) {
                    model.put(k, new HashMap<>(Map.of("a", "old")));
                }
                List<SinkRecord> stream = stream(random, order);
                // Each record once: what is delivered again may not change the end.
                stream.forEach(record -> apply(model, record, mode, order));
                deliver(sink, stream, random);
                assertEquals(
                        texts(model),
                        rows("SELECT k, date_part('epoch', t)::bigint, u, s, a, b FROM m ORDER BY k"),
                        "seed " + seed);
            }
        }
    }

    /** Goes back at random, as after a rebalance, never past what was not delivered yet. */
    private static void deliver(Sink sink, List<SinkRecord> stream, Random random) {
        int next = 0;
        while (next < stream.size()) {
            int end = Math.min(stream.size(), next + 1 + random.nextInt(40));
            sink.put(stream.subList(next, end));
            next = random.nextInt(4) == 0 ? Math.max(0, end - random.nextInt(60)) : end;
        }
    }

    private List<SinkRecord> stream(Random random, List<String> order) {
        List<SinkRecord> stream = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            Map<String, Object> key = map("k", random.nextInt(KEYS), "l", "x");
            if (random.nextInt(8) == 0) {
                stream.add(record(key, null));
                continue;
            }
            Map<String, Object> value = new HashMap<>();
            for (String column : List.of("t", "u", "s", "a", "b")) {
                if (order.contains(column) || random.nextInt(3) > 0) {
                    value.put(column, value(column, random, i));
                }
            }
            stream.add(record(key, value));
        }
        return stream;
    }

    private static Object value(String column, Random random, int i) {
        if (random.nextInt(10) == 0) {
            return null;
        }
        return switch (column) {
                // Mostly forwards, with repetitions and steps back.
            case "t" -> 1_767_225_600_000L + 1_000L * (i / 3 + random.nextInt(30));
            case "u" -> random.nextInt(4);
            case "s" -> "v" + (char) ('a' + random.nextInt(26));
            case "b" -> random.nextInt(1000) / 10.0;
            default -> "text " + i;
        };
    }

    private static void apply(
            Map<Integer, Map<String, Object>> model, SinkRecord record, String mode, List<String> order) {
        int key = (Integer) ((Map<?, ?>) record.key()).get("k");
        Map<?, ?> value = (Map<?, ?>) record.value();
        Map<String, Object> row = model.get(key);
        if (value == null) {
            model.remove(key);
        } else if (row == null) {
            if (mode.equals("upsert")) {
                Map<String, Object> added = new HashMap<>();
                value.forEach((name, content) -> added.put((String) name, content));
                model.put(key, added);
            }
        } else if (notOlder(value, row, order)) {
            value.forEach((name, content) -> row.put((String) name, content));
        }
    }

    @SuppressWarnings("unchecked")
    private static boolean notOlder(Map<?, ?> value, Map<String, Object> row, List<String> order) {
        for (String column : order) {
            Comparable<Object> mine = (Comparable<Object>) value.get(column);
            Object others = row.get(column);
            int compared = mine == null || others == null
                    ? Boolean.compare(mine != null, others != null)
                    : mine.compareTo(others);
            if (compared != 0) {
                return compared > 0;
            }
        }
        return true;
    }

    private static List<String> texts(Map<Integer, Map<String, Object>> model) {
        List<String> texts = new ArrayList<>();
        model.forEach((key, row) -> {
            Object t = row.get("t") == null ? null : (Long) row.get("t") / 1000;
            Object b = row.get("b") == null
                    ? null
                    : java.math.BigDecimal.valueOf((Double) row.get("b")).setScale(2);
            texts.add(key + "|" + t + "|" + row.get("u") + "|" + row.get("s") + "|" + row.get("a") + "|" + b);
        });
        return texts;
    }
}
