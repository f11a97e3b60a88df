package internal.sdp.connect.vertica;

import internal.sdp.connect.vertica.Dialect.ErrorKind;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes a batch in one transaction. When the database refuses the data, the batch is halved again and again until the records that
 * are to blame are known; the rest is written, in the same transaction.
 */
final class BatchWriter {
    private static final String SAVEPOINT = "sdp_batch";
    private final Session session;
    private final boolean toleratesErrors;

    /** A row that the database refuses. */
    record Refused(Row row, Table table, SQLException reason) {}

    /** @param toleratesErrors otherwise nothing is written when a row is refused, and the first such row is all that is told */
    BatchWriter(Session session, boolean toleratesErrors) {
        this.session = session;
        this.toleratesErrors = toleratesErrors;
    }

    /** Answers the rows that were refused; throws what is no single row's fault. */
    List<Refused> write(Map<TableWriter, List<Row>> batches) throws SQLException {
        try {
            for (Map.Entry<TableWriter, List<Row>> batch : batches.entrySet()) {
                batch.getKey().write(batch.getValue());
            }
            session.commit();
            return List.of();
        } catch (SQLException error) {
            if (session.dialect().kindOf(error) != ErrorKind.DATA) {
                throw error;
            }
            session.rollback();
            List<Refused> refused = findRefused(batches);
            if (refused.isEmpty() || toleratesErrors) {
                session.commit();
            } else {
                session.rollback();
            }
            return refused;
        }
    }

    private List<Refused> findRefused(Map<TableWriter, List<Row>> batches) throws SQLException {
        String checkAtOnce = session.dialect().checkConstraintsAtOnce();
        if (checkAtOnce != null) {
            session.execute(checkAtOnce);
        }
        List<Refused> refused = new ArrayList<>();
        for (Map.Entry<TableWriter, List<Row>> batch : batches.entrySet()) {
            write(batch.getKey(), batch.getValue(), refused);
        }
        return refused;
    }

    private void write(TableWriter writer, List<Row> rows, List<Refused> refused) throws SQLException {
        if (!refused.isEmpty() && !toleratesErrors) {
            return;
        }
        session.execute("SAVEPOINT " + SAVEPOINT);
        SQLException reason;
        try {
            writer.write(rows);
            session.execute("RELEASE SAVEPOINT " + SAVEPOINT);
            return;
        } catch (SQLException error) {
            if (session.dialect().kindOf(error) != ErrorKind.DATA) {
                throw error;
            }
            reason = error;
        }
        session.rollbackTo(SAVEPOINT);
        session.execute("RELEASE SAVEPOINT " + SAVEPOINT);
        if (rows.size() == 1) {
            refused.add(new Refused(rows.get(0), writer.table(), reason));
            return;
        }
        int middle = rows.size() / 2;
        write(writer, rows.subList(0, middle), refused);
        write(writer, rows.subList(middle, rows.size()), refused);
    }
}
