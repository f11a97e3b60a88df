package internal.sdp.connect.vertica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.SQLException;
import java.util.List;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each insert.mode does to a table. */
class WriteTest extends DatabaseTest {
    @BeforeEach
    void makeTable() throws SQLException {
        sql("CREATE TABLE orders (id bigint PRIMARY KEY, name text, updated_at timestamp, version int)");
    }

    @Test
    void upsertsByTheKeyOfTheRecord() throws SQLException {
        try (Sink sink = sink("orders", "insert.mode=upsert")) {
            sink.put(record(map("id", 1), map("name", "a")), record(map("id", 2), map("name", "b")));
            sink.put(
                    record(map("id", 1), map("name", "c")),
                    record(map("id", 3), map("name", "d")),
                    record(map("id", 3), map("name", "e")));
        }
        assertEquals(List.of("1|c", "2|b", "3|e"), rows("SELECT id, name FROM orders ORDER BY id"));
    }

    @Test
    void upsertsByThePrimaryKeyWhereTheRecordHasNone() throws SQLException {
        try (Sink sink = sink("ORDERS", "insert.mode=upsert")) {
            sink.put(record(null, map("ID", 1, "Name", "a")), record(null, map("ID", 1, "Name", "b")));
        }
        assertEquals(List.of("1|b"), rows("SELECT id, name FROM orders"));
    }

    @Test
    void takesAPrimitiveKeyForTheKeysOnlyColumn() throws SQLException {
        try (Sink sink = sink("orders", "insert.mode=upsert", "delete.enabled=true")) {
            sink.put(record("1", map("name", "a")), record(2L, map("name", "b")));
            sink.put(record("1", null));
        }
        assertEquals(List.of("2|b"), rows("SELECT id, name FROM orders"));
    }

    @Test
    void insertsEachRecord() throws SQLException {
        sql("CREATE TABLE log (id bigint, name text)");
        try (Sink sink = sink("log", "upsert.timestamp.fields=nothing")) {
            sink.put(
                    record(map("id", 1, "other", 5), map("name", "a")),
                    record(null, map("name", "b", "id", 1)),
                    record(null, null));
        }
        assertEquals(List.of("1|a", "1|b"), rows("SELECT id, name FROM log ORDER BY name"));
    }

    @Test
    void updatesOnlyWhatIsThere() throws SQLException {
        sql("INSERT INTO orders VALUES (1, 'old', null, 7)");
        try (Sink sink = sink("orders", "insert.mode=update", "upsert.key.fields=id")) {
            sink.put(record(null, map("id", 1, "name", "new")), record(null, map("id", 2, "name", "none")));
        }
        assertEquals(List.of("1|new|7"), rows("SELECT id, name, version FROM orders"));
    }

    @Test
    void neverLetsAnOlderRecordOverwriteANewerRow() throws SQLException {
        try (Sink sink = sink("orders", "insert.mode=upsert", "upsert.timestamp.fields=updated_at")) {
            sink.put(
                    record(map("id", 1), map("name", "second", "updated_at", "2026-01-02T00:00:00Z")),
                    record(map("id", 1), map("name", "first", "updated_at", "2026-01-01T00:00:00Z")));
            sink.put(record(map("id", 1), map("name", "late", "updated_at", "2026-01-01 12:00:00")));
            assertEquals(List.of("second"), rows("SELECT name FROM orders"));
            sink.put(record(map("id", 1), map("name", "equal", "updated_at", "2026-01-02T01:00:00+01:00")));
            assertEquals(List.of("equal"), rows("SELECT name FROM orders"));
            sink.put(record(map("id", 1), map("name", "without", "updated_at", null)));
            assertEquals(List.of("equal"), rows("SELECT name FROM orders"));
        }
    }

    @Test
    void comparesTimestampFieldsOneAfterTheOther() throws SQLException {
        try (Sink sink = sink("orders", "insert.mode=upsert", "upsert.timestamp.fields=updated_at, version")) {
            sink.put(record(map("id", 1), map("name", "a", "updated_at", 1000, "version", 5)));
            sink.put(record(map("id", 1), map("name", "b", "updated_at", 1000, "version", 4)));
            assertEquals(List.of("a"), rows("SELECT name FROM orders"));
            sink.put(record(map("id", 1), map("name", "c", "updated_at", 2000, "version", null)));
            assertEquals(List.of("c"), rows("SELECT name FROM orders"));
            sink.put(record(map("id", 1), map("name", "d", "updated_at", 2000, "version", 1)));
            assertEquals(List.of("d"), rows("SELECT name FROM orders"));
            sink.put(record(map("id", 1), map("name", "e", "updated_at", null, "version", 9)));
            assertEquals(List.of("d"), rows("SELECT name FROM orders"));
        }
    }

    @Test
    void leavesColumnsAloneThatALaterRecordDoesNotHave() throws SQLException {
        try (Sink sink = sink("orders", "insert.mode=upsert")) {
            sink.put(
                    record(map("id", 1), map("name", "a", "version", 1)),
                    record(map("id", 1), map("version", 2)),
                    record(map("id", 1), map("name", "b")),
                    record(map("id", 2), map("name", "only")));
        }
        assertEquals(List.of("1|b|2", "2|only|null"), rows("SELECT id, name, version FROM orders ORDER BY id"));
    }

    @Test
    void deletesByTombstonesInTheOrderOfOffsets() throws SQLException {
        try (Sink sink =
                sink("orders", "insert.mode=upsert", "delete.enabled=true", "upsert.timestamp.fields=version")) {
            sink.put(
                    record(map("id", 1), map("name", "a", "version", 9)),
                    record(map("id", 2), map("name", "b", "version", 1)));
            sink.put(
                    record(map("id", 1), null),
                    record(map("id", 1), map("name", "older, but there is nothing to compare with", "version", 1)),
                    record(map("id", 2), map("name", "c", "version", 2)),
                    record(map("id", 2), null),
                    record(map("id", 3), null));
        }
        assertEquals(List.of("1|1"), rows("SELECT id, version FROM orders"));
    }

    @Test
    void skipsTombstonesUnlessDeletesAreEnabled() throws SQLException {
        try (Sink sink = sink("orders", "insert.mode=upsert")) {
            sink.put(record(map("id", 1), map("name", "a")), record(map("id", 1), null));
        }
        assertEquals(List.of("1|a"), rows("SELECT id, name FROM orders"));
    }

    @Test
    void writesATableForEachTopic() throws SQLException {
        sql("CREATE TABLE \"x-a\" (id int PRIMARY KEY)", "CREATE TABLE \"x-b\" (id int PRIMARY KEY, v text)");
        try (Sink sink = sink("x-${topic}", "insert.mode=upsert")) {
            sink.put(
                    record("a", null, map("id", 1)),
                    record("b", null, map("id", 2, "v", "w")),
                    record("a", null, map("id", 3)));
        }
        assertEquals(List.of("1", "3"), rows("SELECT id FROM \"x-a\" ORDER BY id"));
        assertEquals(List.of("2|w"), rows("SELECT id, v FROM \"x-b\""));
    }

    @Test
    void endsAlikeWhenBatchesAreDeliveredAgain() throws SQLException {
        List<SinkRecord> first = List.of(
                record(map("id", 1), map("name", "a", "version", 1)),
                record(map("id", 2), map("name", "b", "version", 1)));
        List<SinkRecord> second =
                List.of(record(map("id", 1), map("name", "c", "version", 2)), record(map("id", 2), null));
        try (Sink sink =
                sink("orders", "insert.mode=upsert", "delete.enabled=true", "upsert.timestamp.fields=version")) {
            sink.put(first);
            sink.put(second);
            List<String> once = rows("SELECT * FROM orders ORDER BY id");
            sink.put(second);
            assertEquals(once, rows("SELECT * FROM orders ORDER BY id"));
            sink.put(first);
            sink.put(second);
            assertEquals(once, rows("SELECT * FROM orders ORDER BY id"));
            assertTrue(once.get(0).startsWith("1|c"));
        }
    }

    @Test
    void takesKeysThatAreOneToTheDatabaseForOne() throws SQLException {
        sql("CREATE TABLE prices (code char(4), day date, price numeric(8,2), PRIMARY KEY (code, day))");
        try (Sink sink = sink("prices", "insert.mode=upsert")) {
            sink.put(
                    record(null, map("code", "A", "day", "2026-01-31", "price", 1.005)),
                    record(null, map("code", "A  ", "day", "2026-01-31T12:00:00Z", "price", "2")));
        }
        assertEquals(List.of("A   |2026-01-31|2.00"), rows("SELECT * FROM prices"));
    }

    @Test
    void appendsOnceWhenTheRecordsPlaceIsTheKey() throws SQLException {
        sql("CREATE TABLE log (topic text, part int, pos bigint, what text)");
        List<SinkRecord> batch = new java.util.ArrayList<>();
        for (int i = 0; i < 5; i++) {
            batch.add(record(null, map("topic", "orders", "part", 0, "pos", i, "what", "same")));
        }
        try (Sink sink = sink("log", "insert.mode=upsert", "upsert.key.fields=topic,part,pos")) {
            sink.put(batch.subList(0, 3));
            sink.put(batch);
        }
        assertEquals(List.of("5"), rows("SELECT count(*) FROM log"));
    }

    @Test
    void ordersByTextsAsTheDatabaseDoes() throws SQLException {
        sql("CREATE TABLE notes (id int PRIMARY KEY, stamp varchar(40), text varchar(10))");
        try (Sink sink = sink("notes", "insert.mode=upsert", "upsert.timestamp.fields=stamp")) {
            sink.put(
                    record(null, map("id", 1, "stamp", "b", "text", "2")),
                    record(null, map("id", 1, "stamp", "a", "text", "1")),
                    record(null, map("id", 1, "stamp", "c", "text", "3")));
        }
        assertEquals(List.of("1|c|3"), rows("SELECT * FROM notes"));
    }
}
