package internal.sdp.runner;

import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;

/** What a script's SET and RESET do to the options of a table environment, as in Flink's SQL client. */
final class ScriptSettings {
    private final Configuration options;
    private final Configuration initial;

    ScriptSettings(TableEnvironment tables) {
        options = tables.getConfig().getConfiguration();
        initial = new Configuration(options);
    }

    /** An environment for a script: the planner is chosen when it is made, so its runtime mode has to be known before. */
    static TableEnvironment createTables(List<FilledStatement> script, Configuration options) {
        Configuration configuration = new Configuration(options);
        for (FilledStatement statement : script) {
            if (StatementKind.of(statement.text()) == StatementKind.SET) {
                Setting setting = Setting.parse(statement);
                if (ExecutionOptions.RUNTIME_MODE.key().equals(setting.key())) {
                    configuration.setString(setting.key(), setting.value());
                }
            }
        }
        return TableEnvironment.create(
                EnvironmentSettings.newInstance().withConfiguration(configuration).build());
    }

    void apply(Setting setting) {
        if (setting.value() != null) {
            options.setString(setting.key(), setting.value());
        } else if (setting.key() != null) {
            reset(setting.key());
        } else {
            List.copyOf(options.keySet()).forEach(this::reset);
        }
    }

    private void reset(String key) {
        options.removeKey(key);
        String before = initial.getString(key, null);
        if (before != null) {
            options.setString(key, before);
        }
    }
}
