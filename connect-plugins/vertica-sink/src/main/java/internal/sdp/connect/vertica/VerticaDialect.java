package internal.sdp.connect.vertica;

import java.nio.charset.StandardCharsets;
import java.sql.BatchUpdateException;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.Calendar;
import java.util.Properties;
import java.util.TimeZone;

/**
 * Vertica. Its driver turns batches of INSERT into one COPY while autocommit is off, so staging is a bulk load; DDL and TRUNCATE
 * would commit, so stages are made before a transaction and cleared by DELETE.
 */
final class VerticaDialect extends Dialect {
    /** "One or more rows were rejected by the server": comes without a state of the class of data errors. */
    private static final int ROWS_REJECTED = 100172;

    @Override
    String urlPrefix() {
        return "jdbc:vertica://";
    }

    @Override
    String driverArtifact() {
        return "com.vertica.jdbc:vertica-jdbc:25.3.0-0";
    }

    @Override
    Properties connectionProperties(String label, long loginTimeoutMs) {
        Properties properties = new Properties();
        properties.setProperty("Label", label);
        properties.setProperty("LoginTimeout", Long.toString(Math.max(1, loginTimeoutMs / 1000)));
        return properties;
    }

    @Override
    String createStage(String stage, Table table) {
        return "CREATE LOCAL TEMPORARY TABLE "
                + quote(stage)
                + " ON COMMIT DELETE ROWS AS SELECT "
                + list(table.writable(), this::q)
                + " FROM "
                + qualified(table)
                + " WHERE false";
    }

    @Override
    int lengthOf(String text) {
        int ascii = text.length();
        for (int i = 0; i < ascii; i++) {
            if (text.charAt(i) >= 0x80) {
                return text.getBytes(StandardCharsets.UTF_8).length;
            }
        }
        return ascii;
    }

    /** Dates and times as JDBC has always had them, in UTC: the calendar keeps the machine's zone and its gaps out. */
    @Override
    void bind(PreparedStatement statement, int index, Column column, Object value) throws SQLException {
        if (value == null) {
            statement.setNull(index, column.jdbcType());
            return;
        }
        switch (column.kind()) {
            case BOOLEAN -> statement.setBoolean(index, (Boolean) value);
            case INTEGER -> statement.setLong(index, (Long) value);
            case REAL, DOUBLE -> statement.setDouble(index, ((Number) value).doubleValue());
            case DECIMAL -> statement.setBigDecimal(index, (java.math.BigDecimal) value);
            case BINARY -> statement.setBytes(index, (byte[]) value);
            case DATE -> statement.setDate(index, new Date(millis(((LocalDate) value).atStartOfDay())), utc());
            case TIME -> statement.setTime(index, new Time(millis(((LocalTime) value).atDate(LocalDate.EPOCH))), utc());
            case TIME_TZ -> statement.setTime(
                    index,
                    new Time(((OffsetTime) value)
                            .atDate(LocalDate.EPOCH)
                            .toInstant()
                            .toEpochMilli()),
                    utc());
            case TIMESTAMP -> statement.setTimestamp(
                    index, timestamp(((LocalDateTime) value).toInstant(ZoneOffset.UTC)), utc());
            case TIMESTAMP_TZ -> statement.setTimestamp(index, timestamp(((OffsetDateTime) value).toInstant()), utc());
            default -> statement.setString(index, (String) value);
        }
    }

    @Override
    ErrorKind kindOf(SQLException error) {
        if (error instanceof BatchUpdateException && error.getErrorCode() == ROWS_REJECTED) {
            return ErrorKind.DATA;
        }
        return super.kindOf(error);
    }

    private static long millis(LocalDateTime time) {
        return time.toInstant(ZoneOffset.UTC).toEpochMilli();
    }

    private static Timestamp timestamp(Instant instant) {
        Timestamp timestamp = new Timestamp(Math.floorDiv(instant.toEpochMilli(), 1000L) * 1000L);
        timestamp.setNanos(instant.getNano());
        return timestamp;
    }

    private static Calendar utc() {
        return Calendar.getInstance(TimeZone.getTimeZone("UTC"));
    }
}
