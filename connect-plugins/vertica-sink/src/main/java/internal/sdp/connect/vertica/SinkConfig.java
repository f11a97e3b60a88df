package internal.sdp.connect.vertica;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.types.Password;

/** The connector's configuration. What rules need more than one key for is in {@link VerticaSinkConnector#validate}. */
final class SinkConfig extends AbstractConfig {
    static final String URL = "vc.url";
    static final String USER = "vc.user";
    static final String PASSWORD = "vc.password";
    static final String SCHEMA = "vc.schema";
    static final String TABLE = "vc.table";
    static final String LOGIN_TIMEOUT = "vc.login.timeout.ms";
    static final String SOCKET_TIMEOUT = "vc.socket.timeout.ms";
    static final String INSERT_MODE = "insert.mode";
    static final String KEY_FIELDS = "upsert.key.fields";
    static final String TIMESTAMP_FIELDS = "upsert.timestamp.fields";
    static final String DELETE_ENABLED = "delete.enabled";
    static final String UNKNOWN_FIELDS = "unknown.fields";
    static final String BATCH_SIZE = "batch.size";
    static final String MAX_RETRIES = "max.retries";
    static final String RETRY_BACKOFF = "retry.backoff.ms";

    static final List<String> INSERT_MODES = List.of("insert", "upsert", "update");
    private static final List<String> UNKNOWN_FIELDS_VALUES = List.of("error", "ignore");
    static final String TOPIC = "${topic}";

    static final ConfigDef DEFINITION = define();

    SinkConfig(Map<String, String> properties) {
        super(DEFINITION, properties, false);
    }

    private static ConfigDef define() {
        String connection = "Connection";
        String writing = "Writing";
        String errors = "Errors";
        return new ConfigDef()
                .define(
                        URL,
                        Type.STRING,
                        ConfigDef.NO_DEFAULT_VALUE,
                        ConfigChecks.validator(ConfigChecks::checkUrl, "jdbc:vertica://… or jdbc:postgresql://…"),
                        Importance.HIGH,
                        "JDBC URL of the database: jdbc:vertica://host:5433/database (or jdbc:postgresql://…). It"
                                + " chooses the SQL dialect. The password has a key of its own.",
                        connection,
                        1,
                        Width.LONG,
                        "JDBC URL")
                .define(
                        USER,
                        Type.STRING,
                        null,
                        Importance.HIGH,
                        "User that writes. It needs SELECT, INSERT, UPDATE and DELETE (as far as insert.mode and"
                            + " delete.enabled go) on the tables, USAGE on the schema, and the right to make temporary"
                            + " tables.",
                        connection,
                        2,
                        Width.MEDIUM,
                        "User")
                .define(
                        PASSWORD,
                        Type.PASSWORD,
                        null,
                        Importance.HIGH,
                        "Password of the user.",
                        connection,
                        3,
                        Width.MEDIUM,
                        "Password")
                .define(
                        SCHEMA,
                        Type.STRING,
                        null,
                        ConfigChecks.notBlank(),
                        Importance.HIGH,
                        "Schema of the tables. Without it, the one that is current after the login.",
                        connection,
                        4,
                        Width.MEDIUM,
                        "Schema")
                .define(
                        TABLE,
                        Type.STRING,
                        ConfigDef.NO_DEFAULT_VALUE,
                        ConfigChecks.validator(ConfigChecks::checkTable, "a name; ${topic} stands for the topic's"),
                        Importance.HIGH,
                        "Table that is written, which must exist. ${topic} in it is replaced by the topic's name, for"
                                + " a table of each topic. Upper and lower case need not match.",
                        connection,
                        5,
                        Width.MEDIUM,
                        "Table")
                .define(
                        LOGIN_TIMEOUT,
                        Type.LONG,
                        10_000L,
                        ConfigDef.Range.between(1_000, 600_000),
                        Importance.LOW,
                        "How long a login may take, in milliseconds.",
                        connection,
                        6,
                        Width.SHORT,
                        "Login timeout")
                .define(
                        SOCKET_TIMEOUT,
                        Type.LONG,
                        300_000L,
                        ConfigDef.Range.between(0, Integer.MAX_VALUE),
                        Importance.LOW,
                        "How long the database may be silent before the connection is given up and made anew, in"
                                + " milliseconds: longer than any statement takes. 0: for ever.",
                        connection,
                        7,
                        Width.SHORT,
                        "Socket timeout")
                .define(
                        INSERT_MODE,
                        Type.STRING,
                        "insert",
                        ConfigDef.ValidString.in(INSERT_MODES.toArray(String[]::new)),
                        Importance.HIGH,
                        "insert: each record becomes a row. upsert: a record changes the row of its key, or becomes"
                                + " one. update: a record changes the row of its key, if there is one.",
                        writing,
                        1,
                        Width.SHORT,
                        "Insert mode",
                        ConfigChecks.recommend(INSERT_MODES))
                .define(
                        KEY_FIELDS,
                        Type.LIST,
                        List.of(),
                        ConfigChecks.fieldNames(),
                        Importance.HIGH,
                        "Fields that make a row's key, separated by commas; looked for in the record's key and then in"
                                + " its value. When empty: the fields of the record's key, and where that has none, the"
                                + " table's primary key.",
                        writing,
                        2,
                        Width.LONG,
                        "Key fields")
                .define(
                        TIMESTAMP_FIELDS,
                        Type.LIST,
                        List.of(),
                        ConfigChecks.fieldNames(),
                        Importance.HIGH,
                        "Fields that say how new a record is, separated by commas: an older record never overwrites a"
                            + " newer row. They are compared one after the other; of equal ones the later offset wins."
                            + " Without effect on insert.",
                        writing,
                        3,
                        Width.LONG,
                        "Timestamp fields")
                .define(
                        DELETE_ENABLED,
                        Type.BOOLEAN,
                        false,
                        Importance.MEDIUM,
                        "Whether a record without a value (a tombstone) deletes the row of its key. If not, such"
                                + " records are skipped. Needs insert.mode upsert or update.",
                        writing,
                        4,
                        Width.SHORT,
                        "Delete")
                .define(
                        UNKNOWN_FIELDS,
                        Type.STRING,
                        "error",
                        ConfigDef.ValidString.in(UNKNOWN_FIELDS_VALUES.toArray(String[]::new)),
                        Importance.MEDIUM,
                        "What becomes of a record's field that the table has no column for. error: the record is"
                                + " refused. ignore: the field is left out.",
                        writing,
                        5,
                        Width.SHORT,
                        "Unknown fields",
                        ConfigChecks.recommend(UNKNOWN_FIELDS_VALUES))
                .define(
                        BATCH_SIZE,
                        Type.INT,
                        1_000,
                        ConfigDef.Range.between(1, 100_000),
                        Importance.MEDIUM,
                        "How many rows are sent to the database at a time. One transaction holds all that the consumer"
                                + " polled at once: consumer.override.max.poll.records.",
                        writing,
                        6,
                        Width.SHORT,
                        "Batch size")
                .define(
                        MAX_RETRIES,
                        Type.INT,
                        10,
                        ConfigDef.Range.atLeast(0),
                        Importance.MEDIUM,
                        "How often a batch is tried again in a row when the database is not to be had, before the task"
                                + " fails.",
                        errors,
                        1,
                        Width.SHORT,
                        "Retries")
                .define(
                        RETRY_BACKOFF,
                        Type.LONG,
                        1_000L,
                        ConfigDef.Range.between(0, 60_000),
                        Importance.MEDIUM,
                        "How long to wait before the first retry, in milliseconds. Doubles with each, up to a minute.",
                        errors,
                        2,
                        Width.SHORT,
                        "Retry back-off");
    }

    Dialect dialect() {
        return Dialect.of(getString(URL));
    }

    String url() {
        return getString(URL);
    }

    /** The URL without its parameters, for messages. */
    String shownUrl() {
        return url().replaceAll("[?;].*", "");
    }

    String user() {
        return getString(USER);
    }

    Password password() {
        return getPassword(PASSWORD);
    }

    String schema() {
        return getString(SCHEMA);
    }

    String tableOf(String topic) {
        return getString(TABLE).replace(TOPIC, topic);
    }

    boolean oneTable() {
        return !getString(TABLE).contains(TOPIC);
    }

    boolean inserts() {
        return getString(INSERT_MODE).equals("insert");
    }

    boolean updatesOnly() {
        return getString(INSERT_MODE).equals("update");
    }

    List<String> keyFields() {
        return getList(KEY_FIELDS);
    }

    List<String> timestampFields() {
        return inserts() ? List.of() : getList(TIMESTAMP_FIELDS);
    }

    boolean deletes() {
        return getBoolean(DELETE_ENABLED);
    }

    boolean ignoresUnknownFields() {
        return getString(UNKNOWN_FIELDS).equals("ignore");
    }

    /** Connect's own key; it hands out a reporter also where errors are not tolerated. */
    boolean toleratesErrors() {
        return "all".equals(originalsStrings().get("errors.tolerance"));
    }

    String connectorName() {
        return originalsStrings().getOrDefault("name", "sdp-vertica-sink");
    }

    long backoff(int failures) {
        return Math.min(60_000, getLong(RETRY_BACKOFF) << Math.min(failures - 1, 16));
    }
}
