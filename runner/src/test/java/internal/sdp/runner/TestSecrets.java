package internal.sdp.runner;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;

/** Secrets of namespace team-a without an API. */
final class TestSecrets {
    private TestSecrets() {}

    static Secrets none() {
        return new Secrets("team-a", name -> {
            throw new AssertionError("Secret " + name + " was read");
        });
    }

    /** Every Secret that is asked for has these keys. */
    static Secrets of(Map<String, String> values) {
        return new Secrets("team-a", name -> json(values));
    }

    /** As the API answers. */
    static String json(Map<String, String> values) {
        return values.entrySet().stream()
                .map(entry -> "\"" + entry.getKey() + "\":\"" + base64(entry.getValue()) + "\"")
                .collect(Collectors.joining(",", "{\"kind\":\"Secret\",\"data\":{", "}}"));
    }

    private static String base64(String value) {
        return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    }
}
