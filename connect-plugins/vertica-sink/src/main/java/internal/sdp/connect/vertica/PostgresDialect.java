package internal.sdp.connect.vertica;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Properties;

/** PostgreSQL from 15 on, which has MERGE. */
final class PostgresDialect extends Dialect {
    @Override
    String urlPrefix() {
        return "jdbc:postgresql://";
    }

    @Override
    String driverArtifact() {
        return "org.postgresql:postgresql:42.7.14";
    }

    @Override
    Properties connectionProperties(String label, long loginTimeoutMs) {
        String seconds = Long.toString(Math.max(1, loginTimeoutMs / 1000));
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", label);
        properties.setProperty("loginTimeout", seconds);
        properties.setProperty("connectTimeout", seconds);
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("reWriteBatchedInserts", "true");
        // Columns of types that JDBC does not know (uuid, jsonb, enums) take texts.
        properties.setProperty("stringtype", "unspecified");
        // Errors would repeat whole rows.
        properties.setProperty("logServerErrorDetail", "false");
        return properties;
    }

    @Override
    String createStage(String stage, Table table) {
        return "CREATE TEMPORARY TABLE "
                + quote(stage)
                + " ON COMMIT DELETE ROWS AS SELECT "
                + list(table.writable(), this::q)
                + " FROM "
                + qualified(table)
                + " WITH NO DATA";
    }

    @Override
    String checkConstraintsAtOnce() {
        return "SET CONSTRAINTS ALL IMMEDIATE";
    }

    /** The planner knows nothing of a temporary table's rows and would read the whole target for a few hundred of them. */
    @Override
    String joinsByIndex(boolean indexed) {
        String state = indexed ? "off" : "on";
        return "SET enable_hashjoin = " + state + "; SET enable_mergejoin = " + state;
    }

    @Override
    int lengthOf(String text) {
        return text.codePointCount(0, text.length());
    }

    @Override
    void bind(PreparedStatement statement, int index, Column column, Object value) throws SQLException {
        if (value == null) {
            boolean text = column.kind() == Column.Kind.TEXT || column.kind() == Column.Kind.OTHER;
            statement.setNull(index, text ? Types.OTHER : column.jdbcType());
            return;
        }
        switch (column.kind()) {
            case BOOLEAN -> statement.setBoolean(index, (Boolean) value);
            case INTEGER -> {
                if (column.jdbcType() == Types.BIGINT) {
                    statement.setLong(index, (Long) value);
                } else {
                    statement.setInt(index, ((Long) value).intValue());
                }
            }
            case REAL -> statement.setFloat(index, (Float) value);
            case DOUBLE -> statement.setDouble(index, (Double) value);
            case DECIMAL -> statement.setBigDecimal(index, (java.math.BigDecimal) value);
            case BINARY -> statement.setBytes(index, (byte[]) value);
            case DATE, TIME, TIME_TZ, TIMESTAMP, TIMESTAMP_TZ -> statement.setObject(index, value);
            default -> statement.setString(index, (String) value);
        }
    }

    @Override
    ErrorKind kindOf(SQLException error) {
        String state = error.getSQLState() == null ? "" : error.getSQLState();
        return switch (state) {
                // A trigger refuses a row by it.
            case "P0001" -> ErrorKind.DATA;
                // "cached plan must not change result type": a column was altered.
            case "0A000" -> ErrorKind.SCHEMA;
            default -> super.kindOf(error);
        };
    }
}
