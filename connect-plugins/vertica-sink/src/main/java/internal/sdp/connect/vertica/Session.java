package internal.sdp.connect.vertica;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.apache.kafka.connect.errors.ConnectException;

/** A connection with all that was found out and prepared on it: given up as one when it breaks. */
final class Session implements AutoCloseable {
    private static final int STATEMENTS_KEPT = 200;
    private final SinkConfig config;
    private final Dialect dialect;
    private final Connection connection;
    private final Map<String, TableWriter> writers = new HashMap<>();
    private final LinkedHashMap<String, PreparedStatement> statements = new LinkedHashMap<>(16, 0.75f, true);
    private Boolean joinsByIndex;
    private final long openedAt = System.nanoTime();

    private Session(SinkConfig config, Connection connection) {
        this.config = config;
        this.dialect = config.dialect();
        this.connection = connection;
    }

    static Session open(SinkConfig config) throws SQLException {
        Dialect dialect = config.dialect();
        Properties properties =
                dialect.connectionProperties(config.connectorName(), config.getLong(SinkConfig.LOGIN_TIMEOUT));
        if (config.user() != null) {
            properties.setProperty("user", config.user());
        }
        if (config.password() != null) {
            properties.setProperty("password", config.password().value());
        }
        Connection connection = driver(config).connect(config.url(), properties);
        if (connection == null) {
            throw new ConnectException(
                    "The database's driver does not take " + SinkConfig.URL + " " + config.shownUrl());
        }
        try {
            connection.setAutoCommit(false);
            limitSilence(connection, config.getLong(SinkConfig.SOCKET_TIMEOUT));
            return new Session(config, connection);
        } catch (SQLException | RuntimeException error) {
            connection.close();
            throw error;
        }
    }

    /** Not DriverManager: it does not show drivers of a plugin's folder to others than the class loader that it thinks called. */
    private static Driver driver(SinkConfig config) throws SQLException {
        ClassLoader pluginFolder = Session.class.getClassLoader();
        Iterator<Driver> drivers =
                ServiceLoader.load(Driver.class, pluginFolder).iterator();
        while (true) {
            try {
                if (!drivers.hasNext()) {
                    break;
                }
                Driver driver = drivers.next();
                if (driver.acceptsURL(config.url())) {
                    return driver;
                }
            } catch (ServiceConfigurationError broken) {
                // Another driver may do.
                continue;
            }
        }
        throw new ConnectException("No JDBC driver takes " + config.shownUrl() + ". Put the jar of "
                + config.dialect().driverArtifact()
                + " (or another version) into the plugin's folder, beside sdp-vertica-sink.jar, and restart"
                + " the worker.");
    }

    private static void limitSilence(Connection connection, long milliseconds) throws SQLException {
        try {
            connection.setNetworkTimeout(Runnable::run, Math.toIntExact(milliseconds));
        } catch (java.sql.SQLFeatureNotSupportedException | AbstractMethodError without) {
            // Then TCP's own limits hold.
            return;
        }
    }

    /** Reads the table's metadata and makes its stage the first time; ends the transaction that took. */
    TableWriter writer(String name) throws SQLException {
        TableWriter writer = writers.get(name);
        if (writer == null) {
            try {
                Table table = new TableReader(connection, dialect).read(config.schema(), name);
                writer = new TableWriter(config, this, table, "sdp_stage_" + (writers.size() + 1));
                writer.makeStage();
                connection.commit();
            } catch (SQLException | RuntimeException error) {
                rollbackQuietly();
                throw error;
            }
            writers.put(name, writer);
        }
        return writer;
    }

    Dialect dialect() {
        return dialect;
    }

    long ageMs() {
        return (System.nanoTime() - openedAt) / 1_000_000;
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Runs a statement without parameters that is run often. */
    void executePrepared(String sql) throws SQLException {
        prepare(sql).executeUpdate();
    }

    /** Before a statement that joins a stage with its table. */
    void joinByIndex(boolean indexed) throws SQLException {
        String sql = dialect.joinsByIndex(indexed);
        if (sql != null && !Boolean.valueOf(indexed).equals(joinsByIndex)) {
            execute(sql);
            joinsByIndex = indexed;
        }
    }

    /** Sends rows as batches; {@code columns} are the first of each row's values. */
    void executeBatch(String sql, List<Column> columns, List<Row> rows) throws SQLException {
        PreparedStatement statement = prepare(sql);
        int limit = config.getInt(SinkConfig.BATCH_SIZE);
        int waiting = 0;
        try {
            for (Row row : rows) {
                for (int i = 0; i < columns.size(); i++) {
                    dialect.bind(statement, i + 1, columns.get(i), row.values()[i]);
                }
                statement.addBatch();
                if (++waiting == limit) {
                    statement.executeBatch();
                    waiting = 0;
                }
            }
            if (waiting > 0) {
                statement.executeBatch();
            }
        } catch (SQLException error) {
            statement.clearBatch();
            throw error;
        }
    }

    void commit() throws SQLException {
        connection.commit();
        writers.values().forEach(TableWriter::stageIsClean);
    }

    void rollback() throws SQLException {
        connection.rollback();
        // Settings of a transaction go with it.
        joinsByIndex = null;
        writers.values().forEach(TableWriter::stageIsClean);
    }

    void rollbackTo(String savepoint) throws SQLException {
        execute("ROLLBACK TO SAVEPOINT " + savepoint);
        joinsByIndex = null;
    }

    void rollbackQuietly() {
        try {
            rollback();
        } catch (SQLException broken) {
            // The next statement says so.
            return;
        }
    }

    /** Whether the connection is still good, after an error that does not say. */
    boolean isAlive() {
        try {
            return connection.isValid(5);
        } catch (SQLException broken) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException broken) {
            // It is gone, which is what was wanted.
            return;
        }
    }

    private PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
            if (statements.size() > STATEMENTS_KEPT) {
                Iterator<PreparedStatement> eldest = statements.values().iterator();
                eldest.next().close();
                eldest.remove();
            }
        }
        return statement;
    }
}
