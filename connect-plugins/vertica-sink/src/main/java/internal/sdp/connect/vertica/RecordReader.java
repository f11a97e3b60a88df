package internal.sdp.connect.vertica;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;

/** Makes rows of one table out of records. Which field goes into which column is found out once for records alike. */
final class RecordReader {
    private static final int KEPT = 1_000;
    private final SinkConfig config;
    private final Table table;
    private final Coercion coercion;
    private final List<Column> configuredKeys;
    private final List<Column> timestamps;
    private final Map<Object, Plan> plans = new HashMap<>();
    private final Map<Object, Shape> shapes = new HashMap<>();
    private Plan last;

    /**
     * Where a column's value is.
     *
     * @param field null when the record's key itself is it
     * @param ofStruct the same in the schema; null in records without one
     */
    private record Source(Origin origin, String field, Field ofStruct, Column column) {}

    private enum Origin {
        KEY,
        VALUE
    }

    private record Plan(Layout layout, Shape shape, Source[] sources, boolean delete) {}

    /** Two records with equal layouts have the same fields. A schema is compared by identity: converters reuse theirs. */
    private record Layout(Object key, Object value) {
        static Layout of(SinkRecord record) {
            return new Layout(side(record.key()), side(record.value()));
        }

        private static Object side(Object content) {
            if (content instanceof Struct struct) {
                return new Identity(struct.schema());
            }
            if (content instanceof Map<?, ?> map) {
                return new ArrayList<>(map.keySet());
            }
            return content == null ? null : Origin.class;
        }

        /** Whether it is the record's, without making that. */
        boolean fits(SinkRecord record) {
            return fits(key, record.key()) && fits(value, record.value());
        }

        private static boolean fits(Object side, Object content) {
            if (content instanceof Struct struct) {
                return side instanceof Identity identity && identity.schema == struct.schema();
            }
            if (content instanceof Map<?, ?> map) {
                if (!(side instanceof List<?> names) || names.size() != map.size()) {
                    return false;
                }
                int i = 0;
                for (Object name : map.keySet()) {
                    if (!name.equals(names.get(i++))) {
                        return false;
                    }
                }
                return true;
            }
            return side == (content == null ? null : Origin.class);
        }
    }

    private record Identity(Schema schema) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Identity identity && identity.schema == schema;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(schema);
        }
    }

    /** Fails by a ConnectException where the configuration names columns that the table does not have. */
    RecordReader(SinkConfig config, Table table) {
        this.config = config;
        this.table = table;
        this.coercion = new Coercion(config.dialect());
        this.configuredKeys = columns(SinkConfig.KEY_FIELDS, config.keyFields());
        this.timestamps = columns(SinkConfig.TIMESTAMP_FIELDS, config.timestampFields());
    }

    Row read(SinkRecord record) throws BadRecordException {
        Plan plan = last;
        if (plan == null || !plan.layout.fits(record)) {
            Layout layout = Layout.of(record);
            plan = plans.get(layout);
            if (plan == null) {
                plan = plan(layout, record);
                if (plans.size() >= KEPT) {
                    plans.clear();
                    shapes.clear();
                }
                plans.put(layout, plan);
            }
            last = plan;
        }
        Object[] values = new Object[plan.sources.length];
        int keys = plan.shape.keys().size();
        for (int i = 0; i < values.length; i++) {
            Source source = plan.sources[i];
            try {
                values[i] = value(source, record);
                if (i < keys && values[i] == null) {
                    throw new BadRecordException("the value is null, and the column is part of the key");
                }
            } catch (BadRecordException error) {
                String from = source.field == null || source.field.equals(source.column.name())
                        ? ""
                        : " (from the field " + source.field + ")";
                throw new BadRecordException("column " + source.column.name() + " of type " + source.column.type()
                        + from + ": " + error.getMessage());
            }
        }
        return new Row(record, plan.shape, values, plan.delete);
    }

    private Object value(Source source, SinkRecord record) throws BadRecordException {
        boolean key = source.origin == Origin.KEY;
        Object content = key ? record.key() : record.value();
        if (source.field == null) {
            return coercion.toColumn(source.column, record.keySchema(), content);
        }
        if (content instanceof Struct struct) {
            return coercion.toColumn(source.column, source.ofStruct.schema(), struct.get(source.ofStruct));
        }
        return coercion.toColumn(source.column, null, ((Map<?, ?>) content).get(source.field));
    }

    private Plan plan(Layout layout, SinkRecord record) throws BadRecordException {
        boolean delete = record.value() == null;
        Map<String, Column> ofKey = fields(record.keySchema(), record.key(), false);
        if (!delete && !(record.value() instanceof Struct) && !(record.value() instanceof Map)) {
            throw new BadRecordException("its value is no object with fields but of class "
                    + record.value().getClass().getSimpleName()
                    + ": the connector needs a value.converter such as JsonConverter");
        }
        Map<String, Column> ofValue = delete ? Map.of() : fields(record.valueSchema(), record.value(), true);
        Map<Column, Source> sources = new LinkedHashMap<>();
        for (Column key : keys(record, ofKey)) {
            sources.put(key, keySource(key, record, ofKey, ofValue));
        }
        List<Column> keys = config.inserts() ? List.of() : List.copyOf(sources.keySet());
        if (!delete) {
            ofValue.forEach((field, column) -> {
                if (column != null) {
                    sources.putIfAbsent(column, source(Origin.VALUE, record.value(), field, column));
                }
            });
            for (Column timestamp : timestamps) {
                if (!sources.containsKey(timestamp)) {
                    throw new BadRecordException("it has no field " + timestamp.name() + ", by which "
                            + SinkConfig.TIMESTAMP_FIELDS + " tells how new it is");
                }
            }
        }
        List<Column> all = new ArrayList<>(sources.keySet());
        if (all.isEmpty()) {
            throw new BadRecordException("none of its fields is a column of " + table);
        }
        List<Column> others = all.subList(keys.size(), all.size());
        List<Column> newness = delete ? List.of() : timestamps;
        return new Plan(layout, shape(keys, others, newness), sources.values().toArray(Source[]::new), delete);
    }

    private static Source source(Origin origin, Object content, String field, Column column) {
        Field ofStruct = content instanceof Struct struct ? struct.schema().field(field) : null;
        return new Source(origin, field, ofStruct, column);
    }

    /** One instance for equal columns: rows are grouped by it. */
    private Shape shape(List<Column> keys, List<Column> others, List<Column> newness) {
        return shapes.computeIfAbsent(
                List.of(keys, List.copyOf(others), newness), any -> new Shape(keys, others, newness));
    }

    private Collection<Column> keys(SinkRecord record, Map<String, Column> ofKey) throws BadRecordException {
        if (!configuredKeys.isEmpty()) {
            return configuredKeys;
        }
        if (config.inserts()) {
            return ofKey.values().stream().filter(java.util.Objects::nonNull).toList();
        }
        if (!ofKey.isEmpty()) {
            for (Map.Entry<String, Column> field : ofKey.entrySet()) {
                if (field.getValue() == null) {
                    throw new BadRecordException.UnknownField("its key's field " + field.getKey() + " is no column of "
                            + table + ". " + table.columnsThatExist(field.getKey()) + " " + SinkConfig.KEY_FIELDS
                            + " can name the key's columns");
                }
            }
            return ofKey.values();
        }
        if (table.primaryKey().isEmpty()) {
            throw new ConnectException("The key of rows in " + table
                    + " is not known: the records have no key with fields, and the table has no primary"
                    + " key. Name its columns in " + SinkConfig.KEY_FIELDS + ".");
        }
        return table.primaryKey();
    }

    private Source keySource(Column column, SinkRecord record, Map<String, Column> ofKey, Map<String, Column> ofValue)
            throws BadRecordException {
        for (Map.Entry<String, Column> field : ofKey.entrySet()) {
            if (column.equals(field.getValue())) {
                return source(Origin.KEY, record.key(), field.getKey(), column);
            }
        }
        for (Map.Entry<String, Column> field : ofValue.entrySet()) {
            if (column.equals(field.getValue())) {
                return source(Origin.VALUE, record.value(), field.getKey(), column);
            }
        }
        int count = configuredKeys.isEmpty() ? table.primaryKey().size() : configuredKeys.size();
        boolean primitive = record.key() != null
                && ofKey.isEmpty()
                && !(record.key() instanceof Struct)
                && !(record.key() instanceof Map);
        if (primitive && count == 1) {
            return new Source(Origin.KEY, null, null, column);
        }
        String where = record.value() == null ? "its key" : "its key and value";
        throw new BadRecordException("the key column " + column.name() + " of " + table + " is no field of " + where);
    }

    /** Fields by name with their columns: null where there is none, which is an error in a value unless it is to be ignored. */
    private Map<String, Column> fields(Schema schema, Object content, boolean ofValue) throws BadRecordException {
        Map<String, Column> fields = new LinkedHashMap<>();
        Map<Column, String> taken = new HashMap<>();
        for (String name : names(content)) {
            Column column = table.find(name);
            if (column != null && !column.writable()) {
                column = null;
            }
            if (column == null && ofValue && !config.ignoresUnknownFields()) {
                boolean generated = table.find(name) != null;
                throw new BadRecordException.UnknownField(
                        generated
                                ? "its field " + name + " is a column of " + table
                                        + " that the database computes itself"
                                : "its field " + name + " is no column of " + table + ". "
                                        + table.columnsThatExist(name) + " " + SinkConfig.UNKNOWN_FIELDS
                                        + "=ignore leaves such fields out");
            }
            String other = column == null ? null : taken.put(column, name);
            if (other != null) {
                throw new BadRecordException(
                        "its fields " + other + " and " + name + " are both the column " + column.name());
            }
            fields.put(name, column);
        }
        return fields;
    }

    private static List<String> names(Object content) {
        if (content instanceof Struct struct) {
            return struct.schema().fields().stream().map(Field::name).toList();
        }
        return content instanceof Map<?, ?> map
                ? map.keySet().stream().map(String::valueOf).toList()
                : List.of();
    }

    private List<Column> columns(String setting, List<String> fields) {
        List<Column> columns = new ArrayList<>();
        for (String field : fields) {
            Column column = table.find(field.strip());
            if (column == null) {
                throw new ConnectException(setting + " has " + field + ", which is no column of " + table + ". "
                        + table.columnsThatExist(field));
            }
            columns.add(column);
        }
        return columns;
    }
}
