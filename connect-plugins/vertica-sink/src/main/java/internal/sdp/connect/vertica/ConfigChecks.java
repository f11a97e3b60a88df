package internal.sdp.connect.vertica;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** What holds for single keys of the configuration, in words. */
final class ConfigChecks {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{[^}]*}?");
    private static final Pattern PASSWORD_IN_URL = Pattern.compile("(?i)[?&;](password|pwd)=");

    private ConfigChecks() {}

    static void checkUrl(String key, Object value) {
        String url = (String) value;
        if (Dialect.of(url) == null) {
            throw new ConfigException(
                    key, shown(url), "it must begin with one of " + String.join(", ", Dialect.urlPrefixes()));
        }
        if (PASSWORD_IN_URL.matcher(url).find()) {
            throw new ConfigException("Invalid value for configuration " + key
                    + ": it holds a password, which would be shown. Put it into " + SinkConfig.PASSWORD + ".");
        }
        if (!url.matches("[a-z:]+//[^/]+/[^/?;]+.*")) {
            throw new ConfigException(
                    key,
                    shown(url),
                    "it names no host or no database: write " + Dialect.of(url).urlPrefix() + "host:port/database");
        }
    }

    private static String shown(String url) {
        return url.replaceAll("[?;].*", "…");
    }

    static void checkTable(String key, Object value) {
        String table = (String) value;
        if (table.isBlank()) {
            throw new ConfigException(key, table, "it is empty");
        }
        Matcher placeholder = PLACEHOLDER.matcher(table);
        while (placeholder.find()) {
            if (!placeholder.group().equals(SinkConfig.TOPIC)) {
                throw new ConfigException(key, table, "the only placeholder is " + SinkConfig.TOPIC);
            }
        }
    }

    static ConfigDef.Validator notBlank() {
        return validator(
                (key, value) -> {
                    if (((String) value).isBlank()) {
                        throw new ConfigException(
                                key,
                                value,
                                "it is empty: leave the key out for the schema that is current after the login");
                    }
                },
                "not empty");
    }

    static ConfigDef.Validator fieldNames() {
        return validator(
                (key, value) -> {
                    Set<String> seen = new HashSet<>();
                    for (Object name : (List<?>) value) {
                        String field = ((String) name).strip();
                        if (field.isEmpty()) {
                            throw new ConfigException(key, value, "it has an empty name between commas");
                        }
                        if (!seen.add(field.toLowerCase(Locale.ROOT))) {
                            throw new ConfigException(key, value, "it has " + field + " twice");
                        }
                    }
                },
                "names of fields");
    }

    static ConfigDef.Validator validator(ConfigDef.Validator check, String says) {
        return new ConfigDef.Validator() {
            @Override
            public void ensureValid(String key, Object value) {
                // What is missing is said elsewhere.
                if (value != null) {
                    check.ensureValid(key, value);
                }
            }

            @Override
            public String toString() {
                return says;
            }
        };
    }

    static ConfigDef.Recommender recommend(List<String> values) {
        return new ConfigDef.Recommender() {
            @Override
            public List<Object> validValues(String key, Map<String, Object> parsed) {
                return List.copyOf(values);
            }

            @Override
            public boolean visible(String key, Map<String, Object> parsed) {
                return true;
            }
        };
    }
}
