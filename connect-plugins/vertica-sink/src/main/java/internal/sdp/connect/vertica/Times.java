package internal.sdp.connect.vertica;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;

/**
 * Dates and times. Texts are ISO 8601, with a space for the T if one likes; numbers are milliseconds since 1970, or of the day;
 * what has no zone is UTC.
 */
final class Times {
    private static final long DAY_MS = 86_400_000L;
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .optionalStart()
            .appendOffset("+HH:MM", "Z")
            .optionalEnd()
            .optionalStart()
            .appendOffset("+HHMM", "Z")
            .optionalEnd()
            .optionalStart()
            .appendOffset("+HH", "Z")
            .optionalEnd()
            .toFormatter()
            .withResolverStyle(ResolverStyle.STRICT)
            .withChronology(IsoChronology.INSTANCE);
    private static final DateTimeFormatter DATE_TIME = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .appendLiteral('T')
            .append(TIME)
            .optionalEnd()
            .optionalStart()
            .appendLiteral(' ')
            .append(TIME)
            .optionalEnd()
            // Debezium's IsoDate has a zone behind the date.
            .optionalStart()
            .appendOffset("+HH:MM", "Z")
            .optionalEnd()
            .toFormatter()
            .withResolverStyle(ResolverStyle.STRICT)
            .withChronology(IsoChronology.INSTANCE);

    private Times() {}

    /** A number that is less than a day in milliseconds is a count of days: Connect and Debezium write dates so without a schema. */
    static LocalDate toDate(Object value) {
        if (value instanceof LocalDate date) {
            return date;
        }
        if (isInteger(value)) {
            long number = ((Number) value).longValue();
            return LocalDate.ofEpochDay(Math.abs(number) < DAY_MS ? number : Math.floorDiv(number, DAY_MS));
        }
        return toDateTime(value).toLocalDate();
    }

    static LocalDateTime toDateTime(Object value) {
        if (value instanceof LocalDateTime time) {
            return time;
        }
        if (value instanceof LocalDate date) {
            return date.atStartOfDay();
        }
        if (value instanceof Instant instant) {
            return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
        }
        if (isInteger(value)) {
            return LocalDateTime.ofInstant(Instant.ofEpochMilli(((Number) value).longValue()), ZoneOffset.UTC);
        }
        if (value instanceof String text) {
            return parse(text);
        }
        throw new Coercion.NotThis("date or time");
    }

    static OffsetDateTime toOffsetDateTime(Object value) {
        return toDateTime(value).atOffset(ZoneOffset.UTC);
    }

    static LocalTime toTime(Object value) {
        if (value instanceof LocalTime time) {
            return time;
        }
        if (value instanceof LocalDateTime time) {
            return time.toLocalTime();
        }
        if (value instanceof Instant instant) {
            return LocalTime.ofInstant(instant, ZoneOffset.UTC);
        }
        return toOffsetTime(value).toLocalTime();
    }

    static OffsetTime toOffsetTime(Object value) {
        if (value instanceof LocalTime time) {
            return time.atOffset(ZoneOffset.UTC);
        }
        if (isInteger(value)) {
            return LocalTime.ofNanoOfDay(Math.multiplyExact(((Number) value).longValue(), 1_000_000L))
                    .atOffset(ZoneOffset.UTC);
        }
        if (value instanceof String text) {
            try {
                TemporalAccessor parsed = TIME.parse(text.strip());
                return LocalTime.from(parsed).atOffset(offset(parsed)).withOffsetSameInstant(ZoneOffset.UTC);
            } catch (DateTimeParseException error) {
                throw new Coercion.NotThis("time of ISO 8601 such as 12:30:00");
            }
        }
        throw new Coercion.NotThis("time");
    }

    /** Half up to as many digits of the second as the column has: the database does so too. */
    static LocalDateTime round(LocalDateTime time, int digits) {
        long unit = unit(digits);
        long rest = time.getNano() % unit;
        return rest == 0 ? time : time.plusNanos(rest * 2 >= unit ? unit - rest : -rest);
    }

    static OffsetDateTime round(OffsetDateTime time, int digits) {
        return round(time.toLocalDateTime(), digits).atOffset(ZoneOffset.UTC);
    }

    static LocalTime round(LocalTime time, int digits) {
        long unit = unit(digits);
        return time.minusNanos(time.getNano() % unit);
    }

    private static long unit(int digits) {
        long unit = 1_000_000_000;
        // 0 also stands for "not said", and microseconds are what the databases have then.
        for (int i = 0; i < (digits < 1 || digits > 6 ? 6 : digits); i++) {
            unit /= 10;
        }
        return unit;
    }

    private static LocalDateTime parse(String text) {
        try {
            TemporalAccessor parsed = DATE_TIME.parse(text.strip());
            LocalTime time = parsed.query(java.time.temporal.TemporalQueries.localTime());
            LocalDateTime local = LocalDate.from(parsed).atTime(time == null ? LocalTime.MIDNIGHT : time);
            return time == null ? local : local.minus(offset(parsed).getTotalSeconds(), ChronoUnit.SECONDS);
        } catch (DateTimeParseException error) {
            throw new Coercion.NotThis("date or time of ISO 8601 such as 2026-01-31T12:30:00Z");
        }
    }

    private static ZoneOffset offset(TemporalAccessor parsed) {
        ZoneOffset offset = parsed.query(java.time.temporal.TemporalQueries.offset());
        return offset == null ? ZoneOffset.UTC : offset;
    }

    private static boolean isInteger(Object value) {
        return value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte;
    }
}
