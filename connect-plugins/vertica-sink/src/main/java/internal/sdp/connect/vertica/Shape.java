package internal.sdp.connect.vertica;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Which columns a row has values for, and what they are to it. One instance for all rows alike: they share statements. */
final class Shape {
    private final List<Column> columns;
    private final List<Column> keys;
    private final List<Column> timestamps;
    private final int[] timestampIndexes;
    private final BitSet bits = new BitSet();

    /**
     * @param keys the first columns of a row; none in insert mode
     * @param others those that an update sets
     * @param timestamps those of the others that decide which of two rows is older
     */
    Shape(List<Column> keys, List<Column> others, List<Column> timestamps) {
        this.keys = List.copyOf(keys);
        this.timestamps = List.copyOf(timestamps);
        List<Column> all = new ArrayList<>(keys);
        all.addAll(others);
        this.columns = List.copyOf(all);
        this.timestampIndexes = timestamps.stream().mapToInt(columns::indexOf).toArray();
        columns.forEach(column -> bits.set(column.index()));
    }

    /** In the order of a row's values: keys first. */
    List<Column> columns() {
        return columns;
    }

    List<Column> keys() {
        return keys;
    }

    List<Column> others() {
        return columns.subList(keys.size(), columns.size());
    }

    List<Column> timestamps() {
        return timestamps;
    }

    /** Where a row has the values of the timestamps. */
    int[] timestampIndexes() {
        return timestampIndexes;
    }

    /** Whether a row of this shape sets all that a row of the other sets. */
    boolean covers(Shape other) {
        return this == other || other.bits.stream().allMatch(bits::get);
    }
}
