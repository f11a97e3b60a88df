package internal.sdp.connect.vertica;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A record as it goes into its table.
 *
 * @param values in the order of the shape's columns, of the classes that {@link Coercion} makes
 * @param delete the values are the keys alone
 */
record Row(SinkRecord record, Shape shape, Object[] values, boolean delete) {

    /** Equal for rows that are one row of the table. */
    Object key() {
        int count = shape.keys().size();
        if (count == 1) {
            return comparable(values[0]);
        }
        List<Object> parts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            parts.add(comparable(values[i]));
        }
        return parts;
    }

    /** Below zero when this row is older than the other; both have the same timestamp columns. No value is older than any. */
    int compareTimestamps(Row other) {
        int[] mineAt = shape.timestampIndexes();
        int[] othersAt = other.shape.timestampIndexes();
        for (int i = 0; i < mineAt.length; i++) {
            Object mine = values[mineAt[i]];
            Object others = other.values[othersAt[i]];
            int order = compare(mine, others);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    @SuppressWarnings("unchecked")
    private static int compare(Object a, Object b) {
        if (a == null || b == null) {
            return a == b ? 0 : a == null ? -1 : 1;
        }
        return ((Comparable<Object>) a).compareTo(b);
    }

    private static Object comparable(Object value) {
        return value instanceof byte[] bytes ? java.nio.ByteBuffer.wrap(bytes) : value;
    }
}
