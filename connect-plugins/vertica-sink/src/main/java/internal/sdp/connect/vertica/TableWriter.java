package internal.sdp.connect.vertica;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.apache.kafka.connect.sink.SinkRecord;

/** Writes rows into one table, within the session's transaction. */
final class TableWriter {
    private final SinkConfig config;
    private final Session session;
    private final Table table;
    private final String stage;
    private final RecordReader reader;
    /** Weak: the reader forgets shapes when records come in too many. */
    private final Map<Shape, Texts> texts = new WeakHashMap<>();

    private boolean staged;

    /** SQL texts for rows of one shape. */
    private record Texts(String insert, String merge, String delete) {}

    TableWriter(SinkConfig config, Session session, Table table, String stage) {
        this.config = config;
        this.session = session;
        this.table = table;
        this.stage = stage;
        this.reader = new RecordReader(config, table);
    }

    Table table() {
        return table;
    }

    Row read(SinkRecord record) throws BadRecordException {
        return reader.read(record);
    }

    void makeStage() throws SQLException {
        if (!config.inserts()) {
            session.execute(session.dialect().createStage(stage, table));
        }
    }

    /** The transaction ended, and the stage's rows went with it. */
    void stageIsClean() {
        staged = false;
    }

    /** @param rows in the order of their offsets */
    void write(List<Row> rows) throws SQLException {
        if (config.inserts()) {
            Map<Shape, List<Row>> alike = new LinkedHashMap<>();
            rows.forEach(row -> alike.computeIfAbsent(row.shape(), shape -> new ArrayList<>())
                    .add(row));
            for (Map.Entry<Shape, List<Row>> group : alike.entrySet()) {
                session.executeBatch(
                        texts(group.getKey()).insert, group.getKey().columns(), group.getValue());
            }
            return;
        }
        for (int from = 0; from < rows.size(); ) {
            // Keys of other columns cannot be compared: what comes after them is written after them.
            List<Column> keys = rows.get(from).shape().keys();
            int to = from + 1;
            while (to < rows.size() && rows.get(to).shape().keys().equals(keys)) {
                to++;
            }
            for (Collapse.Round round : Collapse.rounds(rows.subList(from, to))) {
                write(round);
            }
            from = to;
        }
    }

    private void write(Collapse.Round round) throws SQLException {
        if (!round.deletes().isEmpty()) {
            Shape shape = round.deletes().get(0).shape();
            stage(shape, round.deletes());
            session.joinByIndex(table.hasIndexOf(shape.keys()));
            session.executePrepared(texts(shape).delete);
        }
        for (Map.Entry<Shape, List<Row>> group : round.merges().entrySet()) {
            Texts of = texts(group.getKey());
            if (of.merge != null) {
                stage(group.getKey(), group.getValue());
                session.joinByIndex(table.hasIndexOf(group.getKey().keys()));
                session.executePrepared(of.merge);
            }
        }
    }

    private void stage(Shape shape, List<Row> rows) throws SQLException {
        if (staged) {
            session.executePrepared(session.dialect().clear(stage));
        }
        staged = true;
        session.executeBatch(texts(shape).insert, shape.columns(), rows);
    }

    private Texts texts(Shape shape) {
        return texts.computeIfAbsent(shape, this::build);
    }

    private Texts build(Shape shape) {
        Dialect dialect = session.dialect();
        if (config.inserts()) {
            return new Texts(dialect.insert(table, shape.columns()), null, null);
        }
        return new Texts(
                dialect.insertIntoStage(stage, shape.columns()),
                dialect.merge(table, stage, shape, !config.updatesOnly()),
                dialect.deleteStaged(table, stage, shape.keys()));
    }
}
