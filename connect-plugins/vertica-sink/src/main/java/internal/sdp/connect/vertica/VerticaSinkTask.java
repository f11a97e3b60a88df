package internal.sdp.connect.vertica;

import internal.sdp.connect.vertica.Dialect.ErrorKind;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what it is given in one transaction, which is committed when {@link #put} returns: an offset is never committed before its
 * row. While the database is not to be had it asks Connect to give it the same records again later.
 */
public final class VerticaSinkTask extends SinkTask {
    private static final Logger LOG = LoggerFactory.getLogger(VerticaSinkTask.class);

    private SinkConfig config;
    private ErrantRecordReporter reporter;
    private Session session;
    private int failures;
    /** A table is read again for a field without a column, but not for each such record. */
    long rereadAfterMs = 10_000;

    private boolean saidThatTombstonesAreSkipped;

    /** A record that is not written. */
    private record Rejected(SinkRecord record, String why) {}

    /** The table may have changed since it was read. */
    private static final class StaleTableException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    @Override
    public String version() {
        return Version.read();
    }

    /** Connects, so that wrong credentials, an absent host or table show at once with their cause. */
    @Override
    public void start(Map<String, String> properties) {
        config = new SinkConfig(properties);
        reporter = context == null ? null : context.errantRecordReporter();
        try {
            connect();
            if (config.oneTable()) {
                session.writer(config.tableOf(""));
            }
        } catch (SQLException error) {
            close();
            throw new ConnectException(trouble(error), SqlErrors.root(error));
        } catch (RuntimeException error) {
            close();
            throw error;
        }
    }

    @Override
    public void put(Collection<SinkRecord> records) {
        if (records.isEmpty()) {
            return;
        }
        try {
            write(records);
            failures = 0;
        } catch (SQLException error) {
            throw afterFailure(error);
        } catch (RuntimeException error) {
            if (session != null) {
                session.rollbackQuietly();
            }
            throw error;
        }
    }

    @Override
    public void stop() {
        close();
    }

    private void write(Collection<SinkRecord> records) throws SQLException {
        try {
            writeOnce(records, true);
        } catch (StaleTableException stale) {
            close();
            try {
                writeOnce(records, false);
            } catch (StaleTableException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    /** @param mayBeStale whether to throw where reading the tables again could help */
    private void writeOnce(Collection<SinkRecord> records, boolean mayBeStale)
            throws SQLException, StaleTableException {
        connect();
        List<Rejected> rejected = new ArrayList<>();
        Map<TableWriter, List<Row>> batches = read(records, rejected, mayBeStale && session.ageMs() >= rereadAfterMs);
        if (!rejected.isEmpty() && !config.toleratesErrors()) {
            throw failure(rejected.get(0), null);
        }
        List<BatchWriter.Refused> refused;
        try {
            refused = new BatchWriter(session, config.toleratesErrors()).write(batches);
        } catch (SQLException error) {
            if (mayBeStale && session.dialect().kindOf(error) == ErrorKind.SCHEMA) {
                throw new StaleTableException();
            }
            throw error;
        }
        for (BatchWriter.Refused one : refused) {
            Rejected row = new Rejected(
                    one.row().record(), "the table " + one.table() + " refuses it: " + SqlErrors.text(one.reason()));
            if (!config.toleratesErrors()) {
                throw failure(row, SqlErrors.root(one.reason()));
            }
            rejected.add(row);
        }
        rejected.forEach(this::report);
    }

    private Map<TableWriter, List<Row>> read(
            Collection<SinkRecord> records, List<Rejected> rejected, boolean mayBeStale)
            throws SQLException, StaleTableException {
        Map<TableWriter, List<Row>> batches = new LinkedHashMap<>();
        Map<String, TableWriter> writers = new HashMap<>();
        for (SinkRecord record : records) {
            if (record.value() == null && !config.deletes()) {
                sayThatTombstonesAreSkipped(record);
                continue;
            }
            TableWriter writer = writers.get(record.topic());
            if (writer == null) {
                writer = session.writer(config.tableOf(record.topic()));
                writers.put(record.topic(), writer);
            }
            try {
                batches.computeIfAbsent(writer, any -> new ArrayList<>()).add(writer.read(record));
            } catch (BadRecordException.UnknownField error) {
                if (mayBeStale) {
                    throw new StaleTableException();
                }
                rejected.add(new Rejected(record, error.getMessage()));
            } catch (BadRecordException error) {
                rejected.add(new Rejected(record, error.getMessage()));
            }
        }
        return batches;
    }

    private void sayThatTombstonesAreSkipped(SinkRecord record) {
        if (!saidThatTombstonesAreSkipped) {
            saidThatTombstonesAreSkipped = true;
            LOG.warn(
                    "{} has no value: such records are skipped, since {} is false.",
                    place(record),
                    SinkConfig.DELETE_ENABLED);
        }
    }

    private void report(Rejected rejected) {
        DataException error = new DataException(place(rejected.record) + " is not written: " + rejected.why);
        if (reporter != null) {
            reporter.report(rejected.record, error);
        } else {
            // errors.tolerance is all, with neither a topic for such records nor a log.
            LOG.warn("{}", error.getMessage());
        }
    }

    private ConnectException failure(Rejected rejected, Throwable cause) {
        String text = place(rejected.record) + " cannot be written: " + rejected.why
                + ". With errors.tolerance=all such records are skipped, and errors.deadletterqueue.topic.name keeps"
                + " them.";
        return new ConnectException(text, cause);
    }

    private static String place(SinkRecord record) {
        return "The record of topic " + record.topic() + ", partition " + record.kafkaPartition() + ", offset "
                + record.kafkaOffset();
    }

    private void connect() throws SQLException {
        if (session == null) {
            session = Session.open(config);
            LOG.info("Connected to {}", config.shownUrl());
        }
    }

    private ConnectException afterFailure(SQLException error) {
        ErrorKind kind = config.dialect().kindOf(error);
        boolean retry = kind == ErrorKind.RETRY || kind == ErrorKind.OTHER && session != null && !session.isAlive();
        close();
        String text = trouble(error);
        if (!retry) {
            return new ConnectException(text, SqlErrors.root(error));
        }
        failures++;
        int most = config.getInt(SinkConfig.MAX_RETRIES);
        if (failures > most) {
            return new ConnectException(
                    text + " Given up after " + most + " retries (" + SinkConfig.MAX_RETRIES + ").",
                    SqlErrors.root(error));
        }
        long wait = config.backoff(failures);
        LOG.warn("{} Retry {} of {} in {} ms.", text, failures, most, wait);
        context.timeout(wait);
        return new RetriableException(text, SqlErrors.root(error));
    }

    private String trouble(SQLException error) {
        String said = SqlErrors.text(error);
        String state = error.getSQLState() == null ? "" : error.getSQLState();
        String advice = state.startsWith("28") ? " Check " + SinkConfig.USER + " and " + SinkConfig.PASSWORD + "." : "";
        return "The database " + config.shownUrl() + " says: " + said + (said.endsWith(".") ? "" : ".") + advice;
    }

    private void close() {
        if (session != null) {
            session.close();
            session = null;
        }
    }
}
