package internal.sdp.connect.vertica;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.errors.ConnectException;

/** Reads what the database's metadata says of a table. */
final class TableReader {
    private static final String[] TYPES = {"TABLE", "PARTITIONED TABLE", "FOREIGN TABLE", "VIEW"};
    private final Connection connection;
    private final DatabaseMetaData metadata;
    private final Dialect dialect;

    TableReader(Connection connection, Dialect dialect) throws SQLException {
        this.connection = connection;
        this.metadata = connection.getMetaData();
        this.dialect = dialect;
    }

    /** @param configuredSchema null for the current one */
    Table read(String configuredSchema, String wanted) throws SQLException {
        String schema = configuredSchema != null ? schema(configuredSchema) : currentSchema();
        String name = table(schema, wanted);
        List<Column> columns = columns(schema, name);
        return new Table(schema, name, columns, primaryKey(schema, name), uniqueIndexes(schema, name));
    }

    private String currentSchema() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(dialect.currentSchema())) {
            String schema = rows.next() ? rows.getString(1) : null;
            if (schema == null) {
                throw new ConnectException(
                        "The user has no current schema in the database. Name one in " + SinkConfig.SCHEMA + ".");
            }
            return schema;
        }
    }

    private String schema(String wanted) throws SQLException {
        List<String> names = new ArrayList<>();
        try (ResultSet rows = metadata.getSchemas()) {
            while (rows.next()) {
                names.add(rows.getString("TABLE_SCHEM"));
            }
        }
        String name = match(wanted, names);
        if (name == null) {
            throw new ConnectException("There is no schema \"" + wanted + "\" (" + SinkConfig.SCHEMA
                    + ") in the database that the user may see. " + Nearest.say(wanted, names, "schemas"));
        }
        return name;
    }

    private String table(String schema, String wanted) throws SQLException {
        if (!tables(schema, escape(wanted)).isEmpty()) {
            return wanted;
        }
        List<String> names = tables(schema, "%");
        String name = match(wanted, names);
        if (name == null) {
            String dot = wanted.indexOf('.') < 0
                    ? ""
                    : " The name holds a dot and is taken as it is: a schema belongs into " + SinkConfig.SCHEMA
                            + ", and a topic's name is changed by the transformation RegexRouter.";
            throw new ConnectException("There is no table \"" + wanted + "\" (" + SinkConfig.TABLE + ") in the schema "
                    + schema + " that the user may see; the connector makes none. "
                    + Nearest.say(wanted, names, "tables") + dot);
        }
        return name;
    }

    private List<String> tables(String schema, String pattern) throws SQLException {
        List<String> names = new ArrayList<>();
        try (ResultSet rows = metadata.getTables(null, escape(schema), pattern, TYPES)) {
            while (rows.next()) {
                names.add(rows.getString("TABLE_NAME"));
            }
        }
        return names;
    }

    private List<Column> columns(String schema, String table) throws SQLException {
        List<Column> columns = new ArrayList<>();
        try (ResultSet rows = metadata.getColumns(null, escape(schema), escape(table), "%")) {
            while (rows.next()) {
                int jdbcType = rows.getInt("DATA_TYPE");
                String typeName = rows.getString("TYPE_NAME");
                int size = rows.getInt("COLUMN_SIZE");
                int scale = rows.getInt("DECIMAL_DIGITS");
                scale = rows.wasNull() ? -1 : scale;
                boolean nullable = rows.getInt("NULLABLE") != DatabaseMetaData.columnNoNulls;
                boolean generated = "YES".equals(optional(rows, "IS_GENERATEDCOLUMN"));
                columns.add(new Column(
                        columns.size(),
                        rows.getString("COLUMN_NAME"),
                        Column.kindOf(jdbcType, typeName),
                        jdbcType,
                        typeName,
                        size,
                        scale,
                        nullable,
                        !generated));
            }
        }
        return columns;
    }

    private List<String> primaryKey(String schema, String table) throws SQLException {
        Map<Integer, String> names = new TreeMap<>();
        try (ResultSet rows = metadata.getPrimaryKeys(null, schema, table)) {
            while (rows.next()) {
                names.put(rows.getInt("KEY_SEQ"), rows.getString("COLUMN_NAME"));
            }
        }
        return List.copyOf(names.values());
    }

    private List<List<String>> uniqueIndexes(String schema, String table) throws SQLException {
        if (dialect.joinsByIndex(true) == null) {
            return List.of();
        }
        Map<String, List<String>> indexes = new TreeMap<>();
        try (ResultSet rows = metadata.getIndexInfo(null, schema, table, true, true)) {
            while (rows.next()) {
                boolean partial = optional(rows, "FILTER_CONDITION") != null;
                if (rows.getString("INDEX_NAME") != null && !partial) {
                    indexes.computeIfAbsent(rows.getString("INDEX_NAME"), any -> new ArrayList<>())
                            .add(rows.getString("COLUMN_NAME"));
                }
            }
        }
        return List.copyOf(indexes.values());
    }

    /** Drivers of older JDBC versions do not have every column. */
    private static String optional(ResultSet rows, String column) throws SQLException {
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
            if (column.equalsIgnoreCase(rows.getMetaData().getColumnLabel(i))) {
                return rows.getString(i);
            }
        }
        return null;
    }

    private String escape(String name) throws SQLException {
        String escape = metadata.getSearchStringEscape();
        return escape == null || escape.isEmpty()
                ? name
                : name.replace(escape, escape + escape)
                        .replace("_", escape + "_")
                        .replace("%", escape + "%");
    }

    private static String match(String wanted, List<String> names) {
        if (names.contains(wanted)) {
            return wanted;
        }
        List<String> alike = names.stream().filter(wanted::equalsIgnoreCase).toList();
        return alike.size() == 1 ? alike.get(0) : null;
    }
}
