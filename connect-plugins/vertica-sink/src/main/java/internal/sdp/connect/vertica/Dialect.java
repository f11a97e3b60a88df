package internal.sdp.connect.vertica;

import java.sql.BatchUpdateException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;

/** What differs between databases: SQL texts, how values are bound, and what an error means. Holds no state. */
abstract class Dialect {
    private static final List<Dialect> ALL = List.of(new VerticaDialect(), new PostgresDialect());

    /** What an error of the database calls for. */
    enum ErrorKind {
        /** A record is to blame: find it. */
        DATA,
        /** The database is not to be had, or asks to try again. */
        RETRY,
        /** Tables are not what was read of them. */
        SCHEMA,
        /** Nothing of this: credentials, rights, a mistake. */
        OTHER
    }

    /** The dialect of a JDBC URL, or null. */
    static Dialect of(String url) {
        return ALL.stream()
                .filter(dialect -> url.startsWith(dialect.urlPrefix()))
                .findFirst()
                .orElse(null);
    }

    static List<String> urlPrefixes() {
        return ALL.stream().map(Dialect::urlPrefix).toList();
    }

    abstract String urlPrefix();

    /** Maven coordinates of the driver, for whom it is missing. */
    abstract String driverArtifact();

    /** Driver properties, without user and password. */
    abstract Properties connectionProperties(String label, long loginTimeoutMs);

    /** A table of this session alone, whose rows go with the transaction. */
    abstract String createStage(String stage, Table table);

    /** How long a text is in the unit of VARCHAR(n). */
    abstract int lengthOf(String text);

    abstract void bind(PreparedStatement statement, int index, Column column, Object value) throws SQLException;

    String currentSchema() {
        return "SELECT current_schema()";
    }

    /** Makes constraints be checked by each statement instead of the commit, where no row can be told to blame; null if they are. */
    String checkConstraintsAtOnce() {
        return null;
    }

    /**
     * What makes this session join by the index of the key, or leaves it to the planner again; null where nothing is to be said.
     *
     * @param indexed whether a unique index holds the key
     */
    String joinsByIndex(boolean indexed) {
        return null;
    }

    String clear(String stage) {
        return "DELETE FROM " + quote(stage);
    }

    String insert(Table table, List<Column> columns) {
        return insertInto(qualified(table), columns);
    }

    String insertIntoStage(String stage, List<Column> columns) {
        return insertInto(quote(stage), columns);
    }

    /** Null where there is nothing to do: an update of a row that has no columns but its key. */
    String merge(Table table, String stage, Shape shape, boolean insertAbsent) {
        if (shape.others().isEmpty() && !insertAbsent) {
            return null;
        }
        List<String> lines = new ArrayList<>();
        lines.add("MERGE INTO " + qualified(table) + " AS t");
        lines.add("USING " + quote(stage) + " AS s");
        lines.add(
                "ON (" + shape.keys().stream().map(key -> both(key, " = ")).collect(Collectors.joining(" AND ")) + ")");
        if (!shape.others().isEmpty()) {
            String newer = shape.timestamps().isEmpty() ? "" : " AND (" + notOlder(shape.timestamps()) + ")";
            lines.add("WHEN MATCHED" + newer + " THEN UPDATE SET "
                    + list(shape.others(), column -> q(column) + " = s." + q(column)));
        }
        if (insertAbsent) {
            String columns = list(shape.columns(), this::q);
            lines.add("WHEN NOT MATCHED THEN INSERT (" + columns + ") VALUES ("
                    + list(shape.columns(), column -> "s." + q(column)) + ")");
        }
        return String.join("\n", lines);
    }

    String deleteStaged(Table table, String stage, List<Column> keys) {
        String columns = list(keys, this::q);
        String left = keys.size() == 1 ? columns : "(" + columns + ")";
        return "DELETE FROM " + qualified(table) + " WHERE " + left + " IN (SELECT " + columns + " FROM " + quote(stage)
                + ")";
    }

    String qualified(Table table) {
        return quote(table.schema()) + "." + quote(table.name());
    }

    final String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    ErrorKind kindOf(SQLException error) {
        String state = error.getSQLState() == null ? "" : error.getSQLState();
        if (error instanceof SQLTransientConnectionException
                || error instanceof SQLNonTransientConnectionException
                || error instanceof SQLRecoverableException) {
            return ErrorKind.RETRY;
        }
        if (state.length() < 5) {
            return error instanceof BatchUpdateException ? ErrorKind.DATA : ErrorKind.OTHER;
        }
        return switch (state.substring(0, 2)) {
                // 21: two rows of a batch whose keys are one to the database, though not to us.
            case "21", "22", "23", "44" -> ErrorKind.DATA;
            case "08", "40", "53", "57", "58" -> ErrorKind.RETRY;
            case "55" -> ErrorKind.RETRY;
            case "42" -> state.equals("42501") ? ErrorKind.OTHER : ErrorKind.SCHEMA;
            default -> ErrorKind.OTHER;
        };
    }

    /**
     * Whether the staged row may overwrite: field by field, the first that differs decides; no value is older than any; equal is
     * not older.
     */
    private String notOlder(List<Column> timestamps) {
        Column first = timestamps.get(0);
        String t = "t." + q(first);
        String s = "s." + q(first);
        if (timestamps.size() == 1) {
            return t + " IS NULL OR " + s + " >= " + t;
        }
        String newer = s + " > " + t + " OR (" + t + " IS NULL AND " + s + " IS NOT NULL)";
        String equal = s + " = " + t + " OR (" + t + " IS NULL AND " + s + " IS NULL)";
        return newer + " OR ((" + equal + ") AND (" + notOlder(timestamps.subList(1, timestamps.size())) + "))";
    }

    private String insertInto(String target, List<Column> columns) {
        String marks = list(columns, column -> "?");
        return "INSERT INTO " + target + " (" + list(columns, this::q) + ") VALUES (" + marks + ")";
    }

    private String both(Column column, String operator) {
        return "t." + q(column) + operator + "s." + q(column);
    }

    final String q(Column column) {
        return quote(column.name());
    }

    static String list(List<Column> columns, java.util.function.Function<Column, String> text) {
        return columns.stream().map(text).collect(Collectors.joining(", "));
    }
}
