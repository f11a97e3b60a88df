package internal.sdp.runner;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The columns of tables that a value comes from.
 *
 * @param columns null: not known
 * @param computed it is made of them; else it is the value of one of them as it is, and without any a constant
 */
public record Origins(Set<Column> columns, boolean computed) {

    /**
     * A column of a table that a job reads.
     *
     * @param table catalog, database and name
     * @param name of a field of a row, those of the column and of the field: {@code who.name}
     */
    public record Column(List<String> table, String name) {}

    public static final Origins UNKNOWN = new Origins(null, true);
    public static final Origins CONSTANT = new Origins(Set.of(), false);

    public static Origins of(Column column) {
        return new Origins(Set.of(column), false);
    }

    public boolean isConstant() {
        return equals(CONSTANT);
    }

    /** Of a field of a row that comes from here. */
    public Origins field(String name) {
        return columns == null || computed
                ? this
                : new Origins(
                        columns.stream()
                                .map(column -> new Column(column.table(), column.name() + "." + name))
                                .collect(Collectors.toCollection(LinkedHashSet::new)),
                        false);
    }

    /** Of a value that is made of this one. */
    public Origins toComputed() {
        return columns == null ? UNKNOWN : new Origins(columns, true);
    }

    /** Of a value that is made of all of these. */
    public static Origins computedOf(Collection<Origins> parts) {
        return anyOf(parts).toComputed();
    }

    /** Of a value that is one of these: not known where one of them is not. */
    public static Origins anyOf(Collection<Origins> choices) {
        Set<Column> columns = new LinkedHashSet<>();
        for (Origins choice : choices) {
            if (choice.columns() == null) {
                return UNKNOWN;
            }
            columns.addAll(choice.columns());
        }
        boolean someConstant = choices.stream().anyMatch(Origins::isConstant);
        return new Origins(
                columns,
                // Of a column and a constant neither word alone would be true.
                choices.stream().anyMatch(Origins::computed) || (someConstant && !columns.isEmpty()));
    }
}
