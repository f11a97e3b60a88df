package internal.sdp.connect.vertica;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;

/**
 * Writes topics into tables of Vertica (or PostgreSQL) by insert, upsert or update. All tasks have the same configuration; Connect
 * shares the partitions out among them. Validation looks at the configuration alone and never connects.
 */
public final class VerticaSinkConnector extends SinkConnector {
    private Map<String, String> properties = Map.of();

    @Override
    public String version() {
        return Version.read();
    }

    @Override
    public void start(Map<String, String> given) {
        new SinkConfig(given);
        properties = Map.copyOf(given);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return VerticaSinkTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return Collections.nCopies(maxTasks, properties);
    }

    @Override
    public void stop() {
        // Nothing runs here.
    }

    @Override
    public ConfigDef config() {
        return SinkConfig.DEFINITION;
    }

    /** Adds what holds between keys to what each key's validator says. */
    @Override
    public Config validate(Map<String, String> given) {
        Config config = super.validate(given);
        Map<String, ConfigValue> values =
                config.configValues().stream().collect(Collectors.toMap(ConfigValue::name, value -> value));
        boolean inserts = "insert".equals(values.get(SinkConfig.INSERT_MODE).value());
        if (inserts && Boolean.TRUE.equals(values.get(SinkConfig.DELETE_ENABLED).value())) {
            values.get(SinkConfig.DELETE_ENABLED)
                    .addErrorMessage(
                            "delete.enabled is true while insert.mode is insert, where records have no row of their"
                                + " own that could be deleted. Set insert.mode to upsert or update, or delete.enabled"
                                + " to false.");
        }
        List<String> keys = names(values.get(SinkConfig.KEY_FIELDS));
        for (String field : names(values.get(SinkConfig.TIMESTAMP_FIELDS))) {
            if (keys.stream().anyMatch(field::equalsIgnoreCase)) {
                values.get(SinkConfig.TIMESTAMP_FIELDS)
                        .addErrorMessage("upsert.timestamp.fields has " + field
                                + ", which upsert.key.fields has too: it is equal in all records of"
                                + " a key. Take it out of one of them.");
            }
        }
        return config;
    }

    private static List<String> names(ConfigValue value) {
        return value.value() instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }
}
