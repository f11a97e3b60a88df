package internal.sdp.runner;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.io.JsonStringEncoder;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;

/**
 * The values of {@code ${secret:name/key}}, and what takes them out of everything that is shown again: Flink and its connectors
 * repeat statements and options in their messages. Each Secret is read once, so its keys fit each other.
 */
final class Secrets {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** A shorter value is taken out where it stands as a word only: else no message with it could be read. */
    private static final int SHORT = 4;
    /** A line of a longer value, such as a key's, is a secret by itself from this length on. */
    private static final int LONG_LINE = 8;

    private final String namespace;
    private final UnaryOperator<String> readSecret;
    private final Map<String, JsonNode> read = new HashMap<>();
    /** Forms in which values may be repeated, and what to show instead. */
    private final Map<String, String> forms = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    /**
     * Values of one namespace.
     *
     * @param readSecret answers the JSON of the Secret of a name
     */
    Secrets(String namespace, UnaryOperator<String> readSecret) {
        this.namespace = namespace;
        this.readSecret = readSecret;
    }

    /** For statements that hold none. */
    static Secrets none() {
        return new Secrets("", name -> "{}");
    }

    String valueOf(SecretReference reference) {
        String where = "Secret " + namespace + "/" + reference.name();
        JsonNode data = read.computeIfAbsent(reference.name(), name -> parse(where, readSecret.apply(name))).path("data");
        JsonNode encoded = data.path(reference.key());
        if (!encoded.isTextual()) {
            Collection<String> keys = new TreeSet<>();
            data.fieldNames().forEachRemaining(keys::add);
            throw RunnerException.at(
                    where,
                    "it has no key " + reference.key()
                            + (keys.isEmpty() ? " and no other" : ", but " + String.join(", ", keys)),
                    "Add the key, or correct it in the SQL.");
        }
        String value = decode(where, reference.key(), encoded.asText());
        remember(reference, value);
        return value;
    }

    /** Whether an error or one of its causes repeats a value. */
    boolean areIn(Throwable error) {
        String trace = wholeTrace(error);
        return !redact(trace).equals(trace);
    }

    /** The text with each value replaced by its reference. */
    String redact(String text) {
        if (forms.isEmpty()) {
            return text;
        }
        String longestFirst =
                forms.keySet().stream()
                        .sorted(Comparator.comparingInt(String::length).reversed())
                        .map(Secrets::pattern)
                        .collect(Collectors.joining("|"));
        return Pattern.compile(longestFirst, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(forms.getOrDefault(found.group(), "${secret:…}")));
    }

    /** An error's stack trace with all its causes, to be logged in the error's place. */
    String traceOf(Throwable error) {
        return redact(wholeTrace(error));
    }

    private static String wholeTrace(Throwable error) {
        StringWriter trace = new StringWriter();
        error.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }

    private static JsonNode parse(String where, String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException notJson) {
            // Its message would quote the JSON.
            throw RunnerException.at(where, "the Kubernetes API's answer is no JSON", "Check what answers for the API.");
        }
    }

    private static String decode(String where, String key, String encoded) {
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(encoded);
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException | IllegalArgumentException binary) {
            throw RunnerException.at(
                    where, "the value of key " + key + " is no text in UTF-8", "SQL can hold texts only; store one.");
        }
    }

    private void remember(SecretReference reference, String value) {
        List<String> plain = new ArrayList<>(List.of(value, value.strip()));
        value.lines().map(String::strip).filter(line -> line.length() >= LONG_LINE).forEach(plain::add);
        for (String text : plain) {
            if (!text.isEmpty()) {
                formsOf(text).forEach(form -> forms.putIfAbsent(form, reference.toString()));
            }
        }
    }

    /** As it is, and as SQL, JSON, addresses and Calcite's literals write it. */
    private static List<String> formsOf(String text) {
        String address = URLEncoder.encode(text, StandardCharsets.UTF_8);
        return List.of(
                text,
                text.replace("'", "''"),
                text.replace("`", "``"),
                text.replace("\\", "\\\\").replace("'", "\\'"),
                new String(JsonStringEncoder.getInstance().quoteAsString(text)),
                address,
                address.replace("+", "%20"),
                unicodeEscaped(text));
    }

    private static String unicodeEscaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (char c : text.replace("'", "''").replace("\\", "\\\\").toCharArray()) {
            escaped.append(c < 128 ? String.valueOf(c) : String.format("\\%04x", (int) c));
        }
        return escaped.toString();
    }

    private static String pattern(String form) {
        String quoted = Pattern.quote(form);
        return form.length() < SHORT ? "(?<![\\p{L}\\p{N}_])" + quoted + "(?![\\p{L}\\p{N}_])" : quoted;
    }
}
