package internal.sdp.connect.vertica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.sink.SinkConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigTest {
    private static Map<String, String> good(String... settings) {
        Map<String, String> config = new HashMap<>(
                Map.of("vc.url", "jdbc:vertica://host:5433/db", "vc.user", "u", "vc.password", "p", "vc.table", "t"));
        for (String setting : settings) {
            String[] parts = setting.split("=", 2);
            config.put(parts[0], parts[1]);
        }
        return config;
    }

    private static Map<String, List<String>> errors(Map<String, String> config) {
        Map<String, List<String>> errors = new HashMap<>();
        for (ConfigValue value : new VerticaSinkConnector().validate(config).configValues()) {
            if (!value.errorMessages().isEmpty()) {
                errors.put(value.name(), value.errorMessages());
            }
        }
        return errors;
    }

    @Test
    void takesAGoodConfiguration() {
        assertEquals(Map.of(), errors(good()));
        assertEquals(
                Map.of(),
                errors(good(
                        "insert.mode=upsert",
                        "upsert.timestamp.fields=a, b",
                        "upsert.key.fields=id",
                        "delete.enabled=true",
                        "vc.table=x_${topic}")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vc.url=jdbc:mysql://host/db | vc.url | it must begin with one of jdbc:vertica://, jdbc:postgresql://",
                "vc.url=jdbc:vertica://host:5433 | vc.url | it names no host or no database: write"
                        + " jdbc:vertica://host:port/database",
                "vc.url=jdbc:vertica://host/db?user=a&password=geheim | vc.url | it holds a password, which would be"
                        + " shown. Put it into vc.password.",
                "vc.table=x_${table} | vc.table | the only placeholder is ${topic}",
                "vc.table= | vc.table | it is empty",
                "vc.schema= | vc.schema | it is empty: leave the key out for the schema that is current after the"
                        + " login",
                "insert.mode=merge | insert.mode | String must be one of: insert, upsert, update",
                "upsert.key.fields=id,,name | upsert.key.fields | it has an empty name between commas",
                "upsert.timestamp.fields=a, A | upsert.timestamp.fields | it has A twice",
                "delete.enabled=true | delete.enabled | insert.mode is insert, where records have no row of their own",
                "delete.enabled=perhaps | delete.enabled | Expected value to be either true or false",
                "unknown.fields=drop | unknown.fields | String must be one of: error, ignore",
                "batch.size=0 | batch.size | Value must be at least 1",
                "max.retries=-1 | max.retries | Value must be at least 0",
                "retry.backoff.ms=60001 | retry.backoff.ms | Value must be no more than 60000",
                "vc.login.timeout.ms=1 | vc.login.timeout.ms | Value must be at least 1000",
                "vc.socket.timeout.ms=-1 | vc.socket.timeout.ms | Value must be at least 0"
            })
    void saysWhatIsWrong(String setting, String key, String message) {
        Map<String, List<String>> errors = errors(good(setting));
        assertEquals(List.of(key), List.copyOf(errors.keySet()));
        String said = String.join("\n", errors.get(key));
        assertTrue(said.contains(message), said);
        assertTrue(!said.contains("geheim"), said);
    }

    @Test
    void saysWhatIsMissing() {
        Map<String, String> config = good();
        config.remove("vc.url");
        config.remove("vc.table");
        assertEquals(
                List.of("vc.table", "vc.url"),
                errors(config).keySet().stream().sorted().toList());
    }

    @Test
    void refusesATimestampThatIsAKey() {
        Map<String, List<String>> errors =
                errors(good("insert.mode=upsert", "upsert.key.fields=id", "upsert.timestamp.fields=ID"));
        assertTrue(errors.get("upsert.timestamp.fields").get(0).contains("equal in all records of a key"));
    }

    @Test
    void documentsEachKeyAndHidesThePassword() {
        for (ConfigDef.ConfigKey key : SinkConfig.DEFINITION.configKeys().values()) {
            assertTrue(key.documentation.length() > 10, key.name);
        }
        assertEquals(ConfigDef.Type.PASSWORD, SinkConfig.DEFINITION.configKeys().get("vc.password").type);
        assertTrue(
                !new SinkConfig(good("vc.password=geheim")).values().toString().contains("geheim"));
    }

    @Test
    void isWhatTheDocumentationSays() throws IOException {
        String page = Files.readString(Path.of("..", "..", "docs", "vertica-sink.md"));
        for (ConfigDef.ConfigKey key : SinkConfig.DEFINITION.configKeys().values()) {
            String row = page.lines()
                    .filter(line -> line.startsWith("| `") && line.split("\\|")[1].contains("`" + key.name + "`"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("docs/vertica-sink.md lacks " + key.name));
            boolean plain =
                    key.hasDefault() && key.defaultValue != null && !List.of().equals(key.defaultValue);
            assertTrue(!plain || row.split("\\|")[2].contains(String.valueOf(key.defaultValue)), row);
        }
    }

    @Test
    void recommendsModes() {
        ConfigValue mode = new VerticaSinkConnector()
                .validate(good()).configValues().stream()
                        .filter(value -> value.name().equals("insert.mode"))
                        .findFirst()
                        .orElseThrow();
        assertEquals(List.of("insert", "upsert", "update"), mode.recommendedValues());
    }

    @Test
    void waitsLongerFromRetryToRetry() {
        SinkConfig config = new SinkConfig(good());
        assertEquals(
                List.of(1_000L, 2_000L, 32_000L, 60_000L, 60_000L),
                List.of(
                        config.backoff(1),
                        config.backoff(2),
                        config.backoff(6),
                        config.backoff(7),
                        config.backoff(1_000)));
    }

    @Test
    void isFoundAsAService() {
        List<String> found = java.util.ServiceLoader.load(SinkConnector.class).stream()
                .map(provider -> provider.type().getName())
                .toList();
        assertEquals(List.of(VerticaSinkConnector.class.getName()), found);
        assertEquals("0.1.0", new VerticaSinkConnector().version());
    }
}
