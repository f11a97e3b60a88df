package internal.sdp.connect.vertica;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoercionTest {
    private static final Coercion COERCION = new Coercion(Dialect.of("jdbc:postgresql://h/d"));
    private static final Column INT = column(Types.INTEGER, "int4", 10, 0);
    private static final Column BIGINT = column(Types.BIGINT, "int8", 19, 0);
    private static final Column DOUBLE = column(Types.DOUBLE, "float8", 17, 17);
    private static final Column NUMERIC = column(Types.NUMERIC, "numeric", 6, 2);
    private static final Column BOOL = column(Types.BIT, "bool", 1, 0);
    private static final Column TEXT = column(Types.VARCHAR, "varchar", 5, 0);
    private static final Column LONG_TEXT = column(Types.VARCHAR, "text", Integer.MAX_VALUE, 0);
    private static final Column DATE = column(Types.DATE, "date", 13, 0);
    private static final Column TIME = column(Types.TIME, "time", 15, 3);
    private static final Column TIMESTAMP = column(Types.TIMESTAMP, "timestamp", 29, 6);
    private static final Column TIMESTAMP_MS = column(Types.TIMESTAMP, "timestamp", 29, 3);
    private static final Column TIMESTAMPTZ = column(Types.TIMESTAMP, "timestamptz", 35, 6);
    private static final Column BYTES = column(Types.BINARY, "bytea", 4, 0);

    private static Column column(int type, String name, int size, int scale) {
        return new Column(0, "c", Column.kindOf(type, name), type, name, size, scale, true, true);
    }

    private static Object plain(Column column, Object value) throws BadRecordException {
        return COERCION.toColumn(column, null, value);
    }

    private static Object semantic(Column column, Schema schema, Object value) throws BadRecordException {
        return COERCION.toColumn(column, schema, value);
    }

    private static Object debezium(Column column, String type, Object value) throws BadRecordException {
        SchemaBuilder builder = value instanceof String
                ? SchemaBuilder.string()
                : value instanceof Integer ? SchemaBuilder.int32() : SchemaBuilder.int64();
        return COERCION.toColumn(column, builder.name("io.debezium." + type).build(), value);
    }

    private static String refused(Column column, Object value) {
        return assertThrows(BadRecordException.class, () -> plain(column, value))
                .getMessage();
    }

    @Test
    void takesNumbersForNumbers() throws BadRecordException {
        assertEquals(5L, plain(INT, 5));
        assertEquals(5L, plain(INT, 5.0));
        assertEquals(5L, plain(INT, " 5 "));
        assertEquals(5L, plain(BIGINT, new BigDecimal("5.00")));
        assertEquals(1L, plain(INT, true));
        assertEquals(1.5, plain(DOUBLE, "1.5"));
        assertEquals(Double.NaN, plain(DOUBLE, "NaN"));
        assertEquals(new BigDecimal("1.01"), plain(NUMERIC, 1.005));
        assertEquals(new BigDecimal("7.00"), plain(NUMERIC, 7));
        assertEquals(new BigDecimal("-0.10"), plain(NUMERIC, "-0.1"));
        assertEquals(new BigDecimal("1"), plain(column(Types.NUMERIC, "numeric", 0, 0), "1.000"));
    }

    @Test
    void refusesNumbersThatDoNotFit() {
        assertEquals("3000000000 is out of the range of int4", refused(INT, 3_000_000_000L));
        assertEquals("1.5 is no whole number", refused(INT, 1.5));
        assertEquals("\"abc\" is no whole number", refused(INT, "abc"));
        assertEquals(
                "99999999999999999999 is out of the range of int8",
                refused(BIGINT, new BigDecimal("99999999999999999999")));
        assertEquals("12345 is out of the range of numeric(6,2)", refused(NUMERIC, 12345));
        assertEquals("\"1e999999999\" is no number", refused(NUMERIC, "1e999999999"));
        assertEquals("NaN is no number", refused(NUMERIC, Double.NaN));
        assertEquals("a value of class HashMap is no number", refused(DOUBLE, new java.util.HashMap<>()));
    }

    @Test
    void takesBooleans() throws BadRecordException {
        assertEquals(true, plain(BOOL, true));
        assertEquals(false, plain(BOOL, 0));
        assertEquals(true, plain(BOOL, "Yes"));
        assertEquals("2 is no boolean", refused(BOOL, 2));
        assertEquals("\"maybe\" is no boolean", refused(BOOL, "maybe"));
    }

    @Test
    void takesTexts() throws BadRecordException {
        assertEquals("abc", plain(TEXT, "abc"));
        assertEquals("12", plain(TEXT, 12));
        assertEquals("true", plain(TEXT, true));
        assertEquals("100", plain(TEXT, new BigDecimal("1E+2")));
        assertEquals("2026-01-31", plain(LONG_TEXT, LocalDate.of(2026, 1, 31)));
        assertEquals(
                "{\"a\":[1,null,\"x\\\"\\n\"],\"b\":{}}",
                plain(LONG_TEXT, DatabaseTest.map("a", java.util.Arrays.asList(1, null, "x\"\n"), "b", Map.of())));
        assertEquals("the value is too long: 6 of at most 5", refused(TEXT, "abcdef"));
        assertTrue(refused(TEXT, new byte[] {1}).contains("how bytes are to be written"));
        assertTrue(refused(TEXT, "a\0b").contains("NUL"));
        assertTrue(refused(INT, "x".repeat(1000)).length() < 100);
    }

    @Test
    void countsBytesForVertica() {
        Coercion vertica = new Coercion(Dialect.of("jdbc:vertica://h/d"));
        assertThrows(BadRecordException.class, () -> vertica.toColumn(TEXT, null, "äöü"));
    }

    @Test
    void writesStructsAsJson() throws BadRecordException {
        Schema inner = SchemaBuilder.struct()
                .field("d", Date.SCHEMA)
                .field("n", Decimal.schema(2))
                .field("b", Schema.BYTES_SCHEMA)
                .build();
        Struct struct = new Struct(inner)
                .put("d", new java.util.Date(0))
                .put("n", new BigDecimal("1.50"))
                .put("b", new byte[] {1, 2});
        assertEquals("{\"d\":\"1970-01-01\",\"n\":1.50,\"b\":\"AQI=\"}", semantic(LONG_TEXT, inner, struct));
        Schema list = SchemaBuilder.array(Schema.INT32_SCHEMA).build();
        assertEquals("[1,2]", semantic(column(Types.OTHER, "jsonb", 0, 0), list, List.of(1, 2)));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-31T12:30:00, 2026-01-31T12:30",
        "2026-01-31 12:30:00.5, 2026-01-31T12:30:00.500",
        "2026-01-31T12:30:00Z, 2026-01-31T12:30",
        "2026-01-31T12:30:00+02:00, 2026-01-31T10:30",
        "2026-01-31T12:30:00.123456789Z, 2026-01-31T12:30:00.123457",
        "2026-01-31 12:30+0200, 2026-01-31T10:30",
        "2026-01-31 12:30:00+02, 2026-01-31T10:30",
        "2026-01-31, 2026-01-31T00:00",
        "2026-01-31Z, 2026-01-31T00:00",
        "2026-01-31t12:30:00z, 2026-01-31T12:30"
    })
    void readsIsoTexts(String text, String expected) throws BadRecordException {
        assertEquals(LocalDateTime.parse(expected), plain(TIMESTAMP, text));
        assertEquals(
                OffsetDateTime.parse(expected + ":00Z".substring(expected.length() > 16 ? 3 : 0)),
                plain(TIMESTAMPTZ, text));
        assertEquals(LocalDateTime.parse(expected).toLocalDate(), plain(DATE, text));
    }

    @Test
    void readsNumbersAsTimes() throws BadRecordException {
        assertEquals(LocalDateTime.parse("2026-01-01T00:00:00.001"), plain(TIMESTAMP, 1_767_225_600_001L));
        assertEquals(LocalDate.of(2026, 1, 1), plain(DATE, 1_767_225_600_001L));
        assertEquals(LocalDate.of(2026, 1, 1), plain(DATE, 20_454));
        assertEquals(LocalTime.of(0, 0, 1), plain(TIME, 1000));
        assertEquals(LocalTime.of(10, 30), plain(TIME, "12:30:00+02:00"));
        assertEquals(LocalDateTime.parse("2026-01-01T00:00:00.002"), plain(TIMESTAMP_MS, "2026-01-01T00:00:00.0015"));
        assertEquals(1_767_225_600_001L, semantic(BIGINT, Timestamp.SCHEMA, new java.util.Date(1_767_225_600_001L)));
    }

    @Test
    void refusesWhatIsNoTime() {
        assertTrue(refused(TIMESTAMP, "yesterday").startsWith("\"yesterday\" is no date or time of ISO 8601"));
        assertTrue(refused(DATE, "2026-02-30").contains("is no date"));
        assertTrue(refused(TIME, "25:00").contains("is no time"));
        assertTrue(refused(TIMESTAMP, true).contains("is no date or time"));
        assertTrue(refused(TIME, 90_000_000L).contains("is out of range"));
    }

    @Test
    void knowsConnectsLogicalTypes() throws BadRecordException {
        java.util.Date moment = new java.util.Date(1_767_225_600_000L);
        assertEquals(LocalDate.of(2026, 1, 1), semantic(DATE, Date.SCHEMA, moment));
        assertEquals(LocalTime.of(1, 0), semantic(TIME, Time.SCHEMA, new java.util.Date(3_600_000)));
        assertEquals(LocalDateTime.parse("2026-01-01T00:00"), semantic(TIMESTAMP, Timestamp.SCHEMA, moment));
        assertEquals(OffsetDateTime.parse("2026-01-01T00:00Z"), semantic(TIMESTAMPTZ, Timestamp.SCHEMA, moment));
        assertEquals(new BigDecimal("1.50"), semantic(NUMERIC, Decimal.schema(1), new BigDecimal("1.5")));
    }

    @Test
    void knowsDebeziumsTypes() throws BadRecordException {
        assertEquals(LocalDate.of(2026, 1, 1), debezium(DATE, "time.Date", 20_454));
        assertEquals(LocalTime.of(0, 0, 1), debezium(TIME, "time.Time", 1_000));
        assertEquals(LocalTime.of(0, 0, 1), debezium(TIME, "time.MicroTime", 1_000_000L));
        assertEquals(LocalTime.of(0, 0, 1), debezium(TIME, "time.NanoTime", 1_000_000_000L));
        assertEquals(
                LocalDateTime.parse("2026-01-01T00:00:00.001"),
                debezium(TIMESTAMP, "time.Timestamp", 1_767_225_600_001L));
        assertEquals(
                LocalDateTime.parse("2026-01-01T00:00:00.000001"),
                debezium(TIMESTAMP, "time.MicroTimestamp", 1_767_225_600_000_001L));
        assertEquals(
                LocalDateTime.parse("1969-12-31T23:59:59.999999"), debezium(TIMESTAMP, "time.MicroTimestamp", -1L));
        assertEquals(
                LocalDateTime.parse("2026-01-01T00:00:00.000002"),
                debezium(TIMESTAMP, "time.NanoTimestamp", 1_767_225_600_000_001_500L));
        assertEquals(
                OffsetDateTime.parse("2026-01-01T00:00Z"),
                debezium(TIMESTAMPTZ, "time.ZonedTimestamp", "2026-01-01T01:00:00+01:00"));
        assertEquals("{}", debezium(LONG_TEXT, "data.Json", "{}"));
        Schema variable = SchemaBuilder.struct()
                .name("io.debezium.data.VariableScaleDecimal")
                .field("scale", Schema.INT32_SCHEMA)
                .field("value", Schema.BYTES_SCHEMA)
                .build();
        assertEquals(
                new BigDecimal("1.23"),
                semantic(NUMERIC, variable, new Struct(variable).put("scale", 2).put("value", new byte[] {123})));
    }

    @Test
    void takesBytes() throws BadRecordException {
        assertArrayEquals(new byte[] {1, 2}, (byte[]) plain(BYTES, new byte[] {1, 2}));
        assertArrayEquals(new byte[] {1, 2}, (byte[]) plain(BYTES, ByteBuffer.wrap(new byte[] {1, 2})));
        assertArrayEquals(new byte[] {1, 2}, (byte[]) plain(BYTES, "AQI="));
        assertEquals("the value is too long: 5 of at most 4", refused(BYTES, new byte[5]));
        assertTrue(refused(BYTES, "no!").contains("Base64"));
    }

    @Test
    void takesNullWhereTheColumnDoes() throws BadRecordException {
        assertEquals(null, plain(INT, null));
        Column mandatory = new Column(0, "c", Column.Kind.INTEGER, Types.INTEGER, "int4", 10, 0, false, true);
        assertEquals("the value is null and the column is NOT NULL", refused(mandatory, null));
    }

    @Test
    void writesUuidsAlike() throws BadRecordException {
        Column uuid = column(Types.OTHER, "uuid", 0, 0);
        assertEquals("0b7c9e4e-3b1c-4b57-8f1e-0123456789ab", plain(uuid, "0B7C9E4E-3B1C-4B57-8F1E-0123456789AB"));
        assertEquals("\"x\" is no UUID", refused(uuid, "x"));
    }
}
