package internal.sdp.connect.vertica;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What rows of one table come to when they are written one after the other, in as few statements as it takes: a key occurs once in
 * a round, and a round first deletes and then merges. Pure.
 */
final class Collapse {
    private final List<Map<Object, Pending>> rounds = new ArrayList<>();
    private final Map<Object, Pending> newest = new HashMap<>();

    /** What a round does to one key: deletes its row, writes one, or both in this order. */
    private static final class Pending {
        private final int round;
        private Row delete;
        private Row write;

        Pending(int round) {
            this.round = round;
        }
    }

    /** Rows to be deleted, then rows to be merged by the columns that they have. */
    record Round(List<Row> deletes, Map<Shape, List<Row>> merges) {}

    private Collapse() {}

    /** @param rows in the order of their offsets, with the same key columns */
    static List<Round> rounds(List<Row> rows) {
        Collapse collapse = new Collapse();
        rows.forEach(collapse::add);
        return collapse.rounds.stream().map(Collapse::round).toList();
    }

    private void add(Row row) {
        Object key = row.key();
        Pending pending = newest.get(key);
        if (pending == null) {
            pending = begin(key, 0);
        }
        if (row.delete()) {
            pending.delete = row;
            pending.write = null;
        } else if (pending.write == null) {
            pending.write = row;
        } else if (!comparable(row)) {
            begin(key, pending.round + 1).write = row;
        } else if (row.compareTimestamps(pending.write) < 0) {
            // Older than one before it: that one is in the table by then, or one newer still.
            return;
        } else if (row.shape().covers(pending.write.shape())) {
            pending.write = row;
        } else {
            // The earlier row sets columns that this one leaves alone.
            begin(key, pending.round + 1).write = row;
        }
    }

    private Pending begin(Object key, int round) {
        if (round == rounds.size()) {
            rounds.add(new LinkedHashMap<>());
        }
        Pending pending = new Pending(round);
        rounds.get(round).put(key, pending);
        newest.put(key, pending);
        return pending;
    }

    private static boolean comparable(Row row) {
        return row.shape().timestamps().stream().allMatch(Column::comparable);
    }

    private static Round round(Map<Object, Pending> pending) {
        List<Row> deletes = new ArrayList<>();
        Map<Shape, List<Row>> merges = new LinkedHashMap<>();
        for (Pending one : pending.values()) {
            if (one.delete != null) {
                deletes.add(one.delete);
            }
            if (one.write != null) {
                merges.computeIfAbsent(one.write.shape(), shape -> new ArrayList<>())
                        .add(one.write);
            }
        }
        return new Round(deletes, merges);
    }
}
