package internal.sdp.connect.vertica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of records that cannot be written, and what is said of them and of databases that cannot be used. */
class ErrorTest extends DatabaseTest {
    @BeforeEach
    void makeTable() throws SQLException {
        sql("CREATE TABLE orders (id int PRIMARY KEY, name varchar(10) NOT NULL, amount numeric(6,2) CHECK (amount"
                + " >= 0), twice int GENERATED ALWAYS AS (id * 2) STORED, mail text UNIQUE DEFERRABLE INITIALLY"
                + " DEFERRED)");
    }

    private static String failure(Runnable action) {
        ConnectException error = assertThrows(ConnectException.class, action::run);
        assertFalse(error instanceof RetriableException, error.toString());
        StringWriter trace = new StringWriter();
        error.printStackTrace(new PrintWriter(trace));
        assertFalse(trace.toString().contains(PostgresServer.PASSWORD), trace.toString());
        return error.getMessage();
    }

    @Test
    void namesPlaceAndColumnOfARecordThatDoesNotFit() throws SQLException {
        try (Sink sink = sink("orders", "insert.mode=upsert")) {
            SinkRecord good = record(map("id", 1), map("name", "a"));
            SinkRecord bad = record(map("id", 2), map("name", "x".repeat(5000)));
            assertEquals(
                    "The record of topic orders, partition 0, offset 1 cannot be written: column name of type"
                            + " varchar(10): the value is too long: 5000 of at most 10. With errors.tolerance=all such"
                            + " records are skipped, and errors.deadletterqueue.topic.name keeps them.",
                    failure(() -> sink.task.put(List.of(good, bad))));
            assertTrue(failure(() -> sink.task.put(List.of(record(map("id", 2), map("name", "b", "amount", "1,5")))))
                    .contains("column amount of type numeric(6,2): \"1,5\" is no number"));
        }
        assertEquals(List.of(), rows("SELECT * FROM orders"));
    }

    @Test
    void findsTheRecordThatTheDatabaseRefuses() throws SQLException {
        try (Sink sink = sink("orders", "insert.mode=upsert")) {
            List<SinkRecord> batch = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                batch.add(record(map("id", i), map("name", "n" + i, "amount", i == 33 ? -1 : i)));
            }
            String message = failure(() -> sink.task.put(batch));
            assertTrue(
                    message.startsWith(
                            "The record of topic orders, partition 0, offset 33 cannot be written: the table " + schema
                                    + ".orders refuses it: "),
                    message);
            assertTrue(message.contains("violates check constraint \"orders_amount_check\""), message);
            assertFalse(message.contains("n33"), message);
            assertEquals(List.of("0"), rows("SELECT count(*) FROM orders"));
        }
    }

    @Test
    void writesTheRestWhenErrorsAreTolerated() throws SQLException {
        try (Sink sink = sink("orders", "insert.mode=upsert", "errors.tolerance=all")) {
            List<SinkRecord> batch = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                batch.add(record(
                        map("id", i),
                        map("name", i == 7 ? null : "n" + i, "amount", i % 40 == 39 ? -1 : i == 50 ? "much" : i)));
            }
            batch.add(record(map("id", 3), map("nmae", "c")));
            batch.add(record(map("id", null), map("name", "c")));
            batch.add(record(map("id", 3), map("name", "c", "twice", 1)));
            batch.add(new SinkRecord("orders", 0, null, "k", null, "text", 103));
            batch.add(record(map("id", 3), map("name", "changed")));
            sink.put(batch);
            assertEquals(List.of("96"), rows("SELECT count(*) FROM orders"));
            assertEquals(List.of("changed"), rows("SELECT name FROM orders WHERE id = 3"));
            assertEquals(List.of(7L, 50L, 100L, 101L, 102L, 103L, 39L, 79L), sink.reportedOffsets);
            assertTrue(
                    sink.reported
                            .get(0)
                            .contains("column name of type varchar(10): the value is null and the column is NOT NULL"),
                    sink.reported.get(0));
            assertTrue(
                    sink.reported
                            .get(2)
                            .contains("its field nmae is no column of " + schema
                                    + ".orders. Did you mean \"name\"? Its columns: id, name, amount, twice,"
                                    + " mail. unknown.fields=ignore leaves"),
                    sink.reported.get(2));
            assertTrue(
                    sink.reported
                            .get(3)
                            .contains("column id of type int4: the value is null and the column is NOT NULL"),
                    sink.reported.get(3));
            assertTrue(
                    sink.reported
                            .get(4)
                            .contains("twice is a column of " + schema + ".orders that the database computes itself"),
                    sink.reported.get(4));
            assertTrue(
                    sink.reported.get(5).contains("its value is no object with fields but of class String"),
                    sink.reported.get(5));
            assertTrue(sink.reported.get(6).contains("orders_amount_check"), sink.reported.get(6));
            sink.put(record(map("id", 200), map("name", "goes on")));
            assertEquals(List.of("goes on"), rows("SELECT name FROM orders WHERE id = 200"));
        }
    }

    @Test
    void findsWhatIsCheckedAtCommit() throws SQLException {
        try (Sink sink = sink("orders", "insert.mode=upsert", "errors.tolerance=all")) {
            sink.put(
                    record(map("id", 1), map("name", "a", "mail", "m")),
                    record(map("id", 2), map("name", "b", "mail", "m")),
                    record(map("id", 3), map("name", "c", "mail", "o")));
            assertEquals(List.of("1|m", "3|o"), rows("SELECT id, mail FROM orders ORDER BY id"));
            assertEquals(List.of(1L), sink.reportedOffsets);
        }
    }

    @Test
    void refusesADuplicateOfInsert() throws SQLException {
        try (Sink sink = sink("orders", "errors.tolerance=all")) {
            sink.put(
                    record(map("id", 1), map("name", "a")),
                    record(map("id", 1), map("name", "b")),
                    record(map("id", 2), map("name", "c")));
            assertEquals(List.of("1|a", "2|c"), rows("SELECT id, name FROM orders ORDER BY id"));
            assertTrue(
                    sink.reported.get(0).contains("duplicate key value violates unique constraint \"orders_pkey\""),
                    sink.reported.toString());
        }
    }

    @Test
    void leavesUnknownFieldsOutWhenAsked() throws SQLException {
        try (Sink sink = sink("orders", "insert.mode=upsert", "unknown.fields=ignore")) {
            sink.put(record(map("id", 1), map("name", "a", "twice", 5, "other", map("x", 1))));
        }
        assertEquals(List.of("1|a|2"), rows("SELECT id, name, twice FROM orders"));
    }

    @Test
    void seesAColumnThatWasAddedOrDropped() throws SQLException {
        try (Sink sink = sink("orders", "insert.mode=upsert")) {
            sink.put(record(map("id", 1), map("name", "a", "amount", 1)));
            sql("ALTER TABLE orders DROP COLUMN amount", "ALTER TABLE orders ALTER COLUMN name TYPE varchar(20)");
            assertTrue(failure(() -> sink.put(record(map("id", 1), map("name", "a", "amount", 1))))
                    .contains("its field amount is no column"));
            sink.put(record(map("id", 1), map("name", "fifteen letters")));
        }
        assertEquals(List.of("fifteen letters"), rows("SELECT name FROM orders"));
    }

    @Test
    void readsTheTableAgainForAFieldWithoutAColumn() throws SQLException {
        try (Sink sink = sink("orders", "insert.mode=upsert")) {
            sink.put(record(map("id", 1), map("name", "a")));
            sql("ALTER TABLE orders ADD COLUMN added int");
            List<SinkRecord> batch =
                    List.of(record(map("id", 2), map("name", "b")), record(map("id", 1), map("name", "a", "added", 5)));
            assertTrue(failure(() -> sink.put(batch)).contains("its field added is no column"));
            sink.task.rereadAfterMs = 0;
            sink.put(batch);
        }
        assertEquals(List.of("1|5", "2|null"), rows("SELECT id, added FROM orders ORDER BY id"));
    }

    @Test
    void needsTheTimestampInEachRecord() throws SQLException {
        try (Sink sink =
                sink("orders", "insert.mode=upsert", "upsert.timestamp.fields=amount", "errors.tolerance=all")) {
            sink.put(record(map("id", 1), map("name", "a")));
            assertTrue(
                    sink.reported
                            .get(0)
                            .contains("it has no field amount, by which upsert.timestamp.fields tells how new it is"),
                    sink.reported.get(0));
        }
    }

    @Test
    void saysWhatThereIsInsteadOfWhatIsAbsent() throws SQLException {
        sql("CREATE TABLE nokey (id int)");
        assertEquals(
                "There is no table \"oders\" (vc.table) in the schema " + schema
                        + " that the user may see; the connector makes none. Did you mean \"orders\"? Its tables:"
                        + " nokey, orders.",
                failure(() -> sink("oders")));
        assertTrue(failure(() -> sink("x.orders")).contains("a schema belongs into vc.schema"));
        assertTrue(failure(() -> new Sink(postgres, "orders", "vc.schema=pubic"))
                .contains("There is no schema \"pubic\" (vc.schema) in the database that the user may see. Did"
                        + " you mean \"public\"?"));
        assertTrue(failure(() -> sink("orders", "insert.mode=upsert", "upsert.key.fields=ide"))
                .contains("upsert.key.fields has ide, which is no column of " + schema
                        + ".orders. Did you mean \"id\"?"));
        assertTrue(failure(() -> sink("orders", "insert.mode=upsert", "upsert.timestamp.fields=at"))
                .contains("upsert.timestamp.fields has at, which is no column"));
        try (Sink sink = sink("nokey", "insert.mode=upsert")) {
            assertTrue(failure(() -> sink.put(record(null, map("id", 1))))
                    .contains("The key of rows in " + schema + ".nokey is not known"));
        }
        try (Sink sink = sink("${topic}", "insert.mode=upsert")) {
            assertTrue(failure(() -> sink.put(record("absent", null, map("id", 1))))
                    .contains("There is no table \"absent\""));
        }
    }

    @Test
    void saysWhyItCannotConnect() throws Exception {
        assertTrue(failure(() -> sink("orders", "vc.password=wrong"))
                .contains("password authentication failed for user \"sdp\". Check vc.user and vc.password."));
        assertTrue(failure(() -> sink("orders", "vc.url=" + postgres.url().replace("/postgres", "/absent")))
                .contains("database \"absent\" does not exist"));
        assertTrue(failure(() -> sink("orders", "vc.url=jdbc:postgresql://127.0.0.1:1/d"))
                .contains("Connection to 127.0.0.1:1 refused"));
        assertTrue(failure(() -> sink("orders", "vc.url=jdbc:postgresql://nowhere.invalid/d"))
                .contains("UnknownHostException: nowhere.invalid"));
        assertTrue(failure(() -> sink("orders", "vc.url=jdbc:vertica://127.0.0.1:1/d"))
                .contains("No JDBC driver takes jdbc:vertica://127.0.0.1:1/d. Put the jar of"
                        + " com.vertica.jdbc:vertica-jdbc:25.3.0-0"));
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            long begin = System.nanoTime();
            String message = failure(() -> sink(
                    "orders",
                    "vc.url=jdbc:postgresql://127.0.0.1:" + silent.getLocalPort() + "/d",
                    "vc.login.timeout.ms=1000"));
            assertTrue(System.nanoTime() - begin < 5_000_000_000L, message);
            assertTrue(message.contains("says: "), message);
        }
    }

    @Test
    void saysWhenRightsAreMissing() throws SQLException {
        sql(
                "CREATE ROLE reader LOGIN PASSWORD 'r'",
                "GRANT USAGE ON SCHEMA " + schema + " TO reader",
                "GRANT SELECT ON orders TO reader");
        try (Sink sink =
                sink("orders", "insert.mode=upsert", "vc.user=reader", "vc.password=r", "errors.tolerance=all")) {
            assertTrue(failure(() -> sink.put(record(map("id", 1), map("name", "a"))))
                    .contains("permission denied for table orders"));
            assertEquals(List.of(), sink.reported);
        } finally {
            sql("DROP OWNED BY reader", "DROP ROLE reader");
        }
    }
}
