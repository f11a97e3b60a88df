package internal.sdp.connect.vertica;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * A record's value as its column takes it. The result is what the database will hold, rounded to the column's scale, so that keys
 * and timestamps compare here as they do there.
 */
final class Coercion {
    private static final int SHOWN = 40;
    private final Dialect dialect;

    Coercion(Dialect dialect) {
        this.dialect = dialect;
    }

    /** @param schema null for records without one */
    Object toColumn(Column column, Schema schema, Object given) throws BadRecordException {
        if (given == null) {
            if (!column.nullable()) {
                throw new BadRecordException("the value is null and the column is NOT NULL");
            }
            return null;
        }
        Object value = FieldValue.of(schema, given);
        try {
            return switch (column.kind()) {
                case BOOLEAN -> toBoolean(value);
                case INTEGER -> toInteger(column, value);
                case REAL -> toNumber(value).floatValue();
                case DOUBLE -> toNumber(value).doubleValue();
                case DECIMAL -> toDecimal(column, value);
                case TEXT -> toText(column, schema, value);
                case DATE -> Times.toDate(value);
                case TIME -> Times.round(Times.toTime(value), column.scale());
                case TIME_TZ -> Times.toOffsetTime(value);
                case TIMESTAMP -> Times.round(Times.toDateTime(value), column.scale());
                case TIMESTAMP_TZ -> Times.round(Times.toOffsetDateTime(value), column.scale());
                case BINARY -> toBytes(column, value);
                case OTHER -> toOther(column, schema, value);
                case UNSUPPORTED -> throw new BadRecordException("columns of this type are not supported");
            };
        } catch (NotThis error) {
            throw new BadRecordException(show(value) + " is no " + error.wanted);
        } catch (java.time.DateTimeException | ArithmeticException error) {
            throw new BadRecordException(show(value) + " is out of range");
        }
    }

    /** The value does not have the form that the column's type wants. */
    static final class NotThis extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String wanted;

        NotThis(String wanted) {
            super(wanted, null, false, false);
            this.wanted = wanted;
        }
    }

    private static Boolean toBoolean(Object value) {
        if (value instanceof Boolean bool) {
            return bool;
        }
        if (value instanceof Number number && (number.doubleValue() == 0 || number.doubleValue() == 1)) {
            return number.doubleValue() == 1;
        }
        if (value instanceof String text) {
            switch (text.strip().toLowerCase(Locale.ROOT)) {
                case "true", "t", "yes", "y", "on", "1" -> {
                    return true;
                }
                case "false", "f", "no", "n", "off", "0" -> {
                    return false;
                }
                default -> throw new NotThis("boolean");
            }
        }
        throw new NotThis("boolean");
    }

    private static Long toInteger(Column column, Object value) throws BadRecordException {
        long number;
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            number = ((Number) value).longValue();
        } else if (value instanceof Boolean bool) {
            number = bool ? 1 : 0;
        } else if (value instanceof Instant instant) {
            number = instant.toEpochMilli();
        } else if (value instanceof LocalDateTime time) {
            number = time.toInstant(java.time.ZoneOffset.UTC).toEpochMilli();
        } else if (value instanceof LocalDate date) {
            number = date.toEpochDay();
        } else {
            BigDecimal decimal = decimal(value, "whole number");
            try {
                number = decimal.longValueExact();
            } catch (ArithmeticException error) {
                boolean whole = decimal.stripTrailingZeros().scale() <= 0;
                throw new BadRecordException(
                        show(value) + (whole ? " is out of the range of " + column.typeName() : " is no whole number"));
            }
        }
        boolean fits =
                switch (column.jdbcType()) {
                    case Types.TINYINT -> number == (byte) number;
                    case Types.SMALLINT -> number == (short) number;
                    case Types.INTEGER -> number == (int) number;
                    default -> true;
                };
        if (!fits) {
            throw new BadRecordException(show(value) + " is out of the range of " + column.typeName());
        }
        return number;
    }

    private static Number toNumber(Object value) {
        if (value instanceof Number number) {
            return number;
        }
        if (value instanceof String text) {
            try {
                return Double.valueOf(text.strip());
            } catch (NumberFormatException error) {
                throw new NotThis("number");
            }
        }
        throw new NotThis("number");
    }

    private static BigDecimal toDecimal(Column column, Object value) throws BadRecordException {
        BigDecimal decimal = decimal(value, "number");
        if (column.size() <= 0) {
            // No scale of its own: 1.0 and 1.00 are one key.
            return decimal.stripTrailingZeros();
        }
        int scale = Math.max(column.scale(), 0);
        BigDecimal rounded = decimal.scale() == scale ? decimal : decimal.setScale(scale, RoundingMode.HALF_UP);
        if (rounded.precision() > column.size()) {
            throw new BadRecordException(show(value) + " is out of the range of " + column.type());
        }
        return rounded;
    }

    private static BigDecimal decimal(Object value, String wanted) {
        try {
            if (value instanceof BigDecimal decimal) {
                return decimal;
            }
            if (value instanceof Double || value instanceof Float) {
                return new BigDecimal(value.toString());
            }
            if (value instanceof BigInteger big) {
                return new BigDecimal(big);
            }
            if (value instanceof Number number) {
                return BigDecimal.valueOf(number.longValue());
            }
            if (value instanceof String text) {
                BigDecimal decimal = new BigDecimal(text.strip());
                if (Math.abs((long) decimal.scale()) > 10_000) {
                    // 1e999999999 would be written out.
                    throw new NotThis(wanted);
                }
                return decimal;
            }
        } catch (NumberFormatException error) {
            throw new NotThis(wanted);
        }
        throw new NotThis(wanted);
    }

    private String toText(Column column, Schema schema, Object value) throws BadRecordException {
        String text = text(schema, value);
        if (column.size() > 0 && text.length() > column.size() / 4) {
            int length = dialect.lengthOf(text);
            if (length > column.size()) {
                throw new BadRecordException("the value is too long: " + length + " of at most " + column.size());
            }
        }
        if (text.indexOf('\0') >= 0) {
            throw new BadRecordException("the value holds a NUL character, which no text of the database can");
        }
        // CHAR(n) is padded: with and without trailing spaces is one key.
        return column.jdbcType() == Types.CHAR ? text.stripTrailing() : text;
    }

    private static String text(Schema schema, Object value) throws BadRecordException {
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof BigDecimal decimal) {
            return decimal.toPlainString();
        }
        if (value instanceof Struct || value instanceof Map || value instanceof Iterable) {
            return Json.of(schema, value);
        }
        if (value instanceof byte[] || value instanceof ByteBuffer) {
            throw new NotThis("text, and how bytes are to be written as one is not known");
        }
        return value.toString();
    }

    private static byte[] toBytes(Column column, Object value) throws BadRecordException {
        byte[] bytes;
        if (value instanceof byte[] array) {
            bytes = array;
        } else if (value instanceof ByteBuffer buffer) {
            bytes = FieldValue.array(buffer);
        } else if (value instanceof String text) {
            try {
                bytes = Base64.getDecoder().decode(text);
            } catch (IllegalArgumentException error) {
                throw new NotThis("Base64, as which bytes are written in JSON");
            }
        } else {
            throw new NotThis("sequence of bytes");
        }
        if (column.size() > 0 && bytes.length > column.size()) {
            throw new BadRecordException("the value is too long: " + bytes.length + " of at most " + column.size());
        }
        return bytes;
    }

    private static String toOther(Column column, Schema schema, Object value) throws BadRecordException {
        String type = column.typeName().toLowerCase(Locale.ROOT);
        if (type.equals("uuid")) {
            try {
                return UUID.fromString(String.valueOf(value).strip()).toString();
            } catch (IllegalArgumentException error) {
                throw new NotThis("UUID");
            }
        }
        boolean json = type.equals("json") || type.equals("jsonb");
        return json && !(value instanceof String) ? Json.of(schema, value) : text(schema, value);
    }

    /** A value in a message: never long. */
    static String show(Object value) {
        if (value instanceof String text) {
            boolean fits = text.length() <= SHOWN;
            return "\"" + (fits ? text : text.substring(0, SHOWN) + "…") + "\"";
        }
        if (value instanceof Number || value instanceof Boolean || value instanceof java.time.temporal.Temporal) {
            return value.toString();
        }
        if (value instanceof OffsetTime || value instanceof OffsetDateTime || value instanceof LocalTime) {
            return value.toString();
        }
        return "a value of class " + value.getClass().getSimpleName();
    }
}
