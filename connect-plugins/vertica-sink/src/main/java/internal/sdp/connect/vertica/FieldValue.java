package internal.sdp.connect.vertica;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;

/**
 * Values of records without their schemas: semantic types of Connect and of Debezium become the classes of java.time, BigDecimal
 * and String; all else stays.
 */
final class FieldValue {
    private FieldValue() {}

    /** @param schema null for records without one */
    static Object of(Schema schema, Object value) throws BadRecordException {
        if (value == null || schema == null || schema.name() == null) {
            return value;
        }
        try {
            return semantic(schema.name(), value);
        } catch (ClassCastException | java.time.DateTimeException error) {
            throw new BadRecordException(
                    "a value of class " + value.getClass().getSimpleName() + " is no " + schema.name());
        }
    }

    private static Object semantic(String name, Object value) {
        return switch (name) {
            case Decimal.LOGICAL_NAME -> value;
            case Date.LOGICAL_NAME -> instant((java.util.Date) value)
                    .atOffset(ZoneOffset.UTC)
                    .toLocalDate();
            case Time.LOGICAL_NAME -> instant((java.util.Date) value)
                    .atOffset(ZoneOffset.UTC)
                    .toLocalTime();
            case Timestamp.LOGICAL_NAME -> instant((java.util.Date) value);
            case "io.debezium.time.Date" -> LocalDate.ofEpochDay(number(value));
            case "io.debezium.time.Time" -> timeOfNanos(number(value) * 1_000_000);
            case "io.debezium.time.MicroTime" -> timeOfNanos(number(value) * 1_000);
            case "io.debezium.time.NanoTime" -> timeOfNanos(number(value));
            case "io.debezium.time.Timestamp" -> dateTime(number(value), 1_000);
            case "io.debezium.time.MicroTimestamp" -> dateTime(number(value), 1_000_000);
            case "io.debezium.time.NanoTimestamp" -> dateTime(number(value), 1_000_000_000);
                // Texts: ZonedTimestamp, ZonedTime, the ISO types, Json, Uuid, Enum, Xml. The column's type says how
                // they are read.
            case "io.debezium.data.VariableScaleDecimal" -> variableScale((Struct) value);
            default -> value;
        };
    }

    private static Instant instant(java.util.Date date) {
        return Instant.ofEpochMilli(date.getTime());
    }

    private static long number(Object value) {
        return ((Number) value).longValue();
    }

    /** 24:00:00 is a time to PostgreSQL and none to Java. */
    private static LocalTime timeOfNanos(long nanos) {
        return nanos == 86_400_000_000_000L ? LocalTime.MAX : LocalTime.ofNanoOfDay(nanos);
    }

    private static LocalDateTime dateTime(long count, long perSecond) {
        long nanos = Math.floorMod(count, perSecond) * (1_000_000_000 / perSecond);
        return LocalDateTime.ofEpochSecond(Math.floorDiv(count, perSecond), (int) nanos, ZoneOffset.UTC);
    }

    private static BigDecimal variableScale(Struct struct) {
        Object bytes = struct.get("value");
        byte[] unscaled = bytes instanceof ByteBuffer buffer ? array(buffer) : (byte[]) bytes;
        return new BigDecimal(new BigInteger(unscaled), struct.getInt32("scale"));
    }

    static byte[] array(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
