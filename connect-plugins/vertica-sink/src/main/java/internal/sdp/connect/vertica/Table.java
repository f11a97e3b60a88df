package internal.sdp.connect.vertica;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A table as the database's metadata tells it. Columns are found by exact name, else by the only one that differs in case. */
final class Table {
    private final String schema;
    private final String name;
    private final List<Column> columns;
    private final List<Column> primaryKey;
    private final List<List<String>> uniqueIndexes;
    private final Map<String, Column> exact = new HashMap<>();
    private final Map<String, Column> folded = new HashMap<>();

    /** @param uniqueIndexes names of their columns; the primary key's need not be among them */
    Table(String schema, String name, List<Column> columns, List<String> primaryKey, List<List<String>> uniqueIndexes) {
        this.schema = schema;
        this.name = name;
        this.columns = List.copyOf(columns);
        for (Column column : columns) {
            exact.put(column.name(), column);
            String key = column.name().toLowerCase(Locale.ROOT);
            // Two that differ in case only are found by their exact names only.
            folded.put(key, folded.containsKey(key) ? null : column);
        }
        this.primaryKey = primaryKey.stream().map(exact::get).toList();
        List<List<String>> indexes = new ArrayList<>(uniqueIndexes);
        if (!primaryKey.isEmpty()) {
            indexes.add(primaryKey);
        }
        this.uniqueIndexes = List.copyOf(indexes);
    }

    String schema() {
        return schema;
    }

    String name() {
        return name;
    }

    List<Column> columns() {
        return columns;
    }

    List<Column> writable() {
        return columns.stream().filter(Column::writable).toList();
    }

    List<Column> primaryKey() {
        return primaryKey;
    }

    /** Whether a unique index finds the row of a key. */
    boolean hasIndexOf(List<Column> keys) {
        List<String> names = keys.stream().map(Column::name).toList();
        return uniqueIndexes.stream().anyMatch(names::containsAll);
    }

    /** Null when there is none. */
    Column find(String field) {
        Column column = exact.get(field);
        return column != null ? column : folded.get(field.toLowerCase(Locale.ROOT));
    }

    /** What is said when a column is absent: a name that is near, and all there are. */
    String columnsThatExist(String field) {
        return Nearest.say(field, columns.stream().map(Column::name).toList(), "columns");
    }

    @Override
    public String toString() {
        return schema + "." + name;
    }
}
