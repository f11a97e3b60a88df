package internal.sdp.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import internal.sdp.runner.ColumnOrigins.SinkColumn;
import internal.sdp.runner.ScriptCheck.Result;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.functions.TableFunction;
import org.junit.jupiter.api.Test;

/** Where columns come from, as {@code a=orders.id b=from(orders.price) c=constant}. */
class ColumnOriginsTest {
    private static final List<String> TABLES =
            List.of(
                    "CREATE TABLE orders (id INT, customer STRING, price INT, ts TIMESTAMP(3), proc AS PROCTIME(),"
                            + " WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'datagen')",
                    "CREATE TABLE rates (currency STRING, rate INT, since TIMESTAMP(3), WATERMARK FOR since AS since,"
                            + " PRIMARY KEY (currency) NOT ENFORCED) WITH ('connector' = 'datagen')",
                    "CREATE TABLE nested (id INT, tags ARRAY<STRING>, items ARRAY<ROW<sku STRING, n INT>>,"
                            + " who ROW<name STRING>) WITH ('connector' = 'datagen')",
                    "CREATE TABLE files (line STRING, size BIGINT METADATA FROM 'file.size',"
                            + " modified TIMESTAMP(3) METADATA FROM 'file.modification-time', twice AS CHAR_LENGTH(line) * 2)"
                            + " WITH ('connector' = 'filesystem', 'path' = '/nowhere', 'format' = 'csv')");

    @Test
    void tellsWhatIsPassedOnFromWhatIsComputed() {
        assertEquals(
                "a=orders.id b=from(orders.price) c=from(orders.customer, orders.price) d=constant e=computed f=from(orders.id)",
                columns(
                        "a INT, b INT, c STRING, d STRING, e DOUBLE, f BIGINT",
                        "SELECT id, price + 1, customer || CAST(price AS STRING), UPPER('x'), RAND(), CAST(id AS BIGINT)"
                                + " FROM orders WHERE price > 3"));
        assertEquals("a=constant b=constant", columns("a INT, b STRING", "VALUES (1, 'x'), (2, CAST(NULL AS STRING))"));
    }

    @Test
    void seesThroughViewsCommonTablesAndComputedColumns() {
        String view = "CREATE VIEW v AS SELECT id AS k, price * 2 AS doubled FROM orders";
        assertEquals(
                "a=orders.id b=from(orders.price)",
                columns(view, "a INT, b INT", "WITH c AS (SELECT * FROM v) SELECT k, doubled FROM c"));
        assertEquals("a=from(files.line)", columns("a INT", "SELECT twice FROM files"));
        assertEquals("a=computed", columns("a TIMESTAMP_LTZ(3)", "SELECT proc FROM orders"));
    }

    @Test
    void namesMetadataColumnsAsTheirTableDoes() {
        assertEquals(
                "a=files.size b=files.modified c=from(files.size)",
                columns("a BIGINT, b TIMESTAMP(3), c BIGINT", "SELECT size, modified, size + 1 FROM files"));
    }

    @Test
    void followsPartialInsertsByTheNamesOfColumns() {
        assertEquals(
                "a=orders.id b=constant c=orders.customer",
                columnsOf("INSERT INTO sink (c, a) SELECT customer, id FROM orders", sink("a INT, b INT, c STRING")));
        assertEquals(
                "a=orders.id b=constant c=orders.customer",
                columnsOf(
                        "INSERT INTO parts PARTITION (b = 7) SELECT id, customer FROM orders",
                        "CREATE TABLE parts (a INT, b INT, c STRING) PARTITIONED BY (b)"
                                + " WITH ('connector' = 'filesystem', 'path' = '/nowhere', 'format' = 'csv')"));
        // Columns that are computed by the sink, or only read of it, are not written.
        assertEquals("a=orders.id", columns("a INT, twice AS a * 2", "SELECT id FROM orders"));
    }

    @Test
    void tellsInsertsOfAScriptApart() {
        Result result =
                check(
                        sink("a INT"),
                        "CREATE TEMPORARY VIEW w AS SELECT id AS x FROM orders",
                        "INSERT INTO sink SELECT x FROM w",
                        "DROP TEMPORARY VIEW w",
                        "CREATE TEMPORARY VIEW w AS SELECT price AS x FROM orders",
                        "INSERT INTO sink SELECT x FROM w");
        assertEquals(List.of(), result.problems());
        assertEquals(List.of(6, 9), List.copyOf(result.inserts().keySet()));
        assertEquals("a=orders.id", line(result.inserts().get(6).columns()));
        assertEquals("a=orders.price", line(result.inserts().get(9).columns()));
        assertEquals(
                List.of("default_catalog", "default_database", "sink"), result.inserts().get(6).table());
    }

    @Test
    void hasAggregatesFromWhatTheyAggregate() {
        assertEquals(
                "a=orders.customer b=from(orders.price) c=computed d=from(orders.id)",
                columns(
                        "a STRING, b INT, c BIGINT, d BIGINT",
                        "SELECT customer, SUM(price), COUNT(*), COUNT(DISTINCT id) FILTER (WHERE price > 1)"
                                + " FROM orders GROUP BY customer HAVING MAX(ts) > TIMESTAMP '2026-01-01 00:00:00'"));
    }

    @Test
    void hasWindowsFromTheirTimeAttribute() {
        for (String window :
                List.of(
                        "TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE)",
                        "HOP(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE, INTERVAL '2' MINUTE)",
                        "CUMULATE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE, INTERVAL '2' MINUTE)",
                        "SESSION(TABLE orders PARTITION BY customer, DESCRIPTOR(ts), INTERVAL '1' MINUTE)",
                        "TUMBLE(DATA => TABLE orders, TIMECOL => DESCRIPTOR(ts), SIZE => INTERVAL '1' MINUTE)")) {
            assertEquals(
                    "a=orders.customer b=from(orders.ts) c=from(orders.ts) d=from(orders.price)",
                    columns(
                            "a STRING, b TIMESTAMP(3), c TIMESTAMP(3), d INT",
                            "SELECT customer, window_start, window_end, SUM(price) FROM "
                                    + window
                                    + " GROUP BY customer, window_start, window_end"),
                    window);
        }
        assertEquals(
                "a=orders.customer b=from(orders.ts)",
                columns(
                        "a STRING, b TIMESTAMP(3)",
                        "SELECT customer, TUMBLE_START(ts, INTERVAL '1' MINUTE) FROM orders"
                                + " GROUP BY customer, TUMBLE(ts, INTERVAL '1' MINUTE)"));
    }

    @Test
    void hasOverWindowsFromTheirOperandsAndRanksFromTheirOrder() {
        assertEquals(
                "a=orders.id b=from(orders.price)",
                columns(
                        "a INT, b INT",
                        "SELECT id, SUM(price) OVER (PARTITION BY customer ORDER BY ts) FROM orders"));
        assertEquals(
                "a=orders.id b=from(orders.price)",
                columns(
                        "a INT, b BIGINT",
                        "SELECT id, n FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY price DESC) AS n"
                                + " FROM orders) WHERE n <= 3"));
    }

    @Test
    void hasEachSideOfAUnionAndAJoin() {
        assertEquals(
                "a=orders.id, nested.id",
                columns("a INT", "SELECT id FROM orders UNION ALL SELECT id FROM nested"));
        assertEquals(
                "a=from(orders.id)", columns("a INT", "SELECT id FROM orders UNION ALL SELECT 1 FROM nested"));
        assertEquals(
                "a=orders.id b=rates.rate",
                columns(
                        "a INT, b INT",
                        "SELECT o.id, r.rate FROM orders AS o LEFT JOIN rates AS r ON o.customer = r.currency"));
        assertEquals(
                "a=orders.id",
                columns("a INT", "SELECT id FROM orders WHERE id IN (SELECT id FROM nested WHERE nested.id = orders.price)"));
    }

    @Test
    void hasTemporalJoinsByEventAndByProcessingTime() {
        for (String time : List.of("ts", "proc")) {
            assertEquals(
                    "a=orders.id b=from(orders.price, rates.rate)",
                    line(
                            lastOf(
                                            "SELECT o.id, o.price * r.rate FROM orders AS o JOIN rates FOR SYSTEM_TIME AS OF o."
                                                    + time
                                                    + " AS r ON o.customer = r.currency",
                                            sink("a INT, b INT"))
                                    .columns()),
                    time);
        }
    }

    @Test
    void hasWhatIsTakenOutOfCollectionsRowsAndFunctions() {
        assertEquals(
                "a=nested.id b=from(nested.items) c=from(nested.tags) d=nested.who.name",
                columns(
                        "a INT, b STRING, c STRING, d STRING",
                        "SELECT id, sku, tag, nested.who.name FROM nested CROSS JOIN UNNEST(items) AS i (sku, n)"
                                + " CROSS JOIN UNNEST(tags) AS t (tag)"));
        assertEquals(
                "a=from(nested.tags) b=from(nested.tags)",
                columns(
                        "a STRING, b INT",
                        "SELECT tag, n FROM nested CROSS JOIN UNNEST(tags) WITH ORDINALITY AS t (tag, n)"));
        String function = "CREATE TEMPORARY FUNCTION words AS '" + Words.class.getName() + "'";
        assertEquals(
                "a=orders.id b=from(orders.customer)",
                columns(function, "a INT, b STRING", "SELECT id, w FROM orders, LATERAL TABLE(words(customer)) AS t (w)"));
    }

    @Test
    void hasScalarSubqueriesFromTheirColumn() {
        assertEquals(
                "a=orders.id b=from(rates.rate) c=from(orders.customer, rates.currency)",
                columns(
                        "a INT, b INT, c BOOLEAN",
                        "SELECT id, (SELECT MAX(rate) FROM rates WHERE currency = customer),"
                                + " customer IN (SELECT currency FROM rates) FROM orders"));
    }

    @Test
    void hasMatchesFromTheirMeasuresAndWhatItCannotKnowAsUnknown() {
        assertEquals(
                "a=orders.customer b=from(orders.price) c=unknown",
                columns(
                        "a STRING, b INT, c TIMESTAMP(3)",
                        "SELECT customer, low, seen FROM orders MATCH_RECOGNIZE (PARTITION BY customer ORDER BY ts"
                                + " MEASURES LAST(B.price) AS low, MATCH_ROWTIME() AS seen PATTERN (A B)"
                                + " DEFINE B AS B.price < A.price)"));
    }

    /** A function of tables. */
    public static final class Words extends TableFunction<String> {
        public void eval(String text) {
            Stream.of(text.split(" ")).forEach(this::collect);
        }
    }

    private static String columns(String schema, String query) {
        return columnsOf("INSERT INTO sink " + query, sink(schema));
    }

    private static String columns(String definition, String schema, String query) {
        return columnsOf("INSERT INTO sink " + query, definition, sink(schema));
    }

    private static String sink(String schema) {
        return "CREATE TABLE sink (" + schema + ") WITH ('connector' = 'blackhole')";
    }

    private static String columnsOf(String insert, String... definitions) {
        Result result = check(Stream.concat(Stream.of(definitions), Stream.of(insert)).toArray(String[]::new));
        assertEquals(List.of(), result.problems());
        return line(result.inserts().values().iterator().next().columns());
    }

    /** Of a query that no connector here can answer. */
    private static ColumnOrigins.Insert lastOf(String query, String... definitions) {
        Result result =
                check(Stream.concat(Stream.of(definitions), Stream.of("INSERT INTO sink " + query)).toArray(String[]::new));
        return result.inserts().values().iterator().next();
    }

    private static Result check(String... statements) {
        List<String> script = new ArrayList<>(TABLES);
        script.addAll(List.of(statements));
        return ScriptCheck.check(script, new Configuration(), true);
    }

    private static String line(List<SinkColumn> columns) {
        return columns.stream()
                .map(column -> column.name() + "=" + text(column.origins()))
                .collect(Collectors.joining(" "));
    }

    private static String text(Origins origins) {
        if (origins.columns() == null) {
            return "unknown";
        } else if (origins.columns().isEmpty()) {
            return origins.computed() ? "computed" : "constant";
        }
        String names =
                origins.columns().stream()
                        .map(column -> column.table().get(2) + "." + column.name())
                        .sorted(Comparator.comparing(name -> !name.startsWith("orders")))
                        .collect(Collectors.joining(", "));
        return origins.computed() ? "from(" + names + ")" : names;
    }
}
