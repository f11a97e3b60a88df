package internal.sdp.runner;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;

/** One immutable version of a job's SQL. The contract is in src/sql/revision-content.ts (RevisionIndex). */
record Revision(Source script, List<Source> ddl) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int HASH_DIGITS = 12;
    /** Of a revision that was compressed: so that none fills the memory. */
    private static final int MAX_BYTES = 256 << 20;
    private static final Pattern CREATE =
            Pattern.compile("(?i)^CREATE\\s+(?:(?:OR|REPLACE|TEMPORARY|SYSTEM|MATERIALIZED)\\s+)*(\\w+)");

    /**
     * Reads a revision and the catalog that it shares, after checking that their contents are what their names say.
     *
     * @param configMaps answers a ConfigMap of the namespace as JSON
     */
    static Revision read(String namespace, String name, UnaryOperator<String> configMaps) {
        String where = "ConfigMap " + namespace + "/" + name;
        try {
            Map<String, String> data = dataOf(where, name, configMaps.apply(name));
            JsonNode index = indexOf(data);
            String script = data.get("script.sql");
            if (script == null || !index.hasNonNull("script")) {
                throw altered(where, "it has no script.sql or no revision.json");
            }
            Source source = Source.script(index.path("script").asText(), script);
            if (!index.hasNonNull("catalog")) {
                return new Revision(source, ddlOf(where, data, index));
            }
            String catalog = index.path("catalog").asText();
            where = "ConfigMap " + namespace + "/" + catalog;
            Map<String, String> shared = dataOf(where, catalog, configMaps.apply(catalog));
            return new Revision(source, ddlOf(where, shared, indexOf(shared)));
        } catch (IOException notJson) {
            throw altered(where, "it cannot be read as JSON");
        }
    }

    private static Map<String, String> dataOf(String where, String name, String configMap) throws IOException {
        Map<String, String> data = new TreeMap<>();
        contentOf(JSON.readTree(configMap))
                .fields()
                .forEachRemaining(entry -> data.put(entry.getKey(), entry.getValue().asText()));
        String hash = hash(data).substring(0, HASH_DIGITS);
        if (!name.endsWith("-" + hash)) {
            throw altered(where, "its content has the hash " + hash + ", which is not the one its name ends with");
        }
        return data;
    }

    private static JsonNode indexOf(Map<String, String> data) throws IOException {
        return JSON.readTree(data.getOrDefault("revision.json", "{}"));
    }

    private static JsonNode contentOf(JsonNode configMap) throws IOException {
        JsonNode compressed = configMap.path("binaryData").path("revision.json.gz");
        if (compressed.isMissingNode()) {
            return configMap.path("data");
        }
        try (GZIPInputStream content = new GZIPInputStream(new ByteArrayInputStream(compressed.binaryValue()))) {
            byte[] json = content.readNBytes(MAX_BYTES + 1);
            if (json.length > MAX_BYTES) {
                throw new IOException("more than " + Limits.size(MAX_BYTES));
            }
            return JSON.readTree(json);
        }
    }

    private static List<Source> ddlOf(String where, Map<String, String> data, JsonNode index) {
        List<Source> ddl = new ArrayList<>();
        for (JsonNode entry : index.path("ddl")) {
            String text = data.get(entry.path("key").asText());
            if (text == null) {
                throw altered(where, "it has no " + entry.path("key").asText());
            }
            String object = kindOf(text) + entry.path("object").asText();
            ddl.add(Source.ddl(entry.path("path").asText(), object, text));
        }
        return List.copyOf(ddl);
    }

    /** {@code "table "} for a CREATE TABLE, and so on: messages say what a DDL defines. */
    private static String kindOf(String ddl) {
        Matcher create = CREATE.matcher(ddl);
        return create.find() ? create.group(1).toLowerCase(Locale.ROOT) + " " : "";
    }

    /** sha256 in hex over key, length and content of each entry, keys in ascending order of their bytes. */
    static String hash(Map<String, String> data) {
        MessageDigest digest = sha256();
        data.keySet().stream()
                .map(Revision::utf8)
                .sorted(Arrays::compareUnsigned)
                .forEach(
                        key -> {
                            byte[] content = utf8(data.get(new String(key, StandardCharsets.UTF_8)));
                            digest.update(key);
                            digest.update(utf8("\n" + content.length + "\n"));
                            digest.update(content);
                            digest.update((byte) '\n');
                        });
        return HexFormat.of().formatHex(digest.digest());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JVM has SHA-256", impossible);
        }
    }

    private static RunnerException altered(String where, String seen) {
        return RunnerException.at(
                where,
                "this revision of the job's SQL was altered: " + seen,
                "Delete the ConfigMap and apply the job again; change SQL in the project's files only.");
    }
}
