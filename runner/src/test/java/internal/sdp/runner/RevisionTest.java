package internal.sdp.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class RevisionTest {
    private final Map<String, String> data;
    private final String name;
    private final String hash;

    RevisionTest() throws IOException {
        data = new TreeMap<>(Golden.strings("revision.golden.json"));
        name = data.remove("name");
        hash = data.remove("hash");
    }

    @Test
    void hashesAsGolden() {
        assertEquals(hash, Revision.hash(data));
    }

    @Test
    void readsScriptAndDefinitions() throws IOException {
        Revision revision = read(configMap());
        assertEquals(Source.script("sql/jobs/totals.sql", data.get("script.sql")), revision.script());
        assertEquals(List.of(Source.ddl("sql/ddl/out.sql", "table größe", data.get("ddl-000.sql"))), revision.ddl());
    }

    @Test
    void refusesAlteredContent() throws IOException {
        data.computeIfPresent("script.sql", (key, text) -> text + " ");
        String altered = configMap();
        RunnerException error =
                assertThrows(RunnerException.class, () -> read(altered));
        assertTrue(error.getMessage().startsWith("ConfigMap team-a/" + name + ": this revision"), error.getMessage());
        assertTrue(error.getMessage().contains("was altered"), error.getMessage());
        assertTrue(error.getMessage().contains("apply the job again"), error.getMessage());
    }

    @Test
    void readsOneThatIsCompressed() throws IOException {
        Revision plain = read(configMap());
        String compressed = compressed(new ObjectMapper().writeValueAsString(data));
        assertEquals(plain, read(compressed));
        String broken = compressed("{\"script.sql\": \"INSERT INTO other SELECT 1\"}");
        assertThrows(RunnerException.class, () -> read(broken));
        String none = compressed.replaceFirst("H4s", "AAA");
        assertThrows(RunnerException.class, () -> read(none));
    }

    @Test
    void readsTheCatalogThatItShares() throws IOException {
        Map<String, String> catalog = Golden.strings("catalog.golden.json");
        String shared = catalog.remove("name");
        assertEquals(catalog.remove("hash"), Revision.hash(catalog));
        Map<String, String> script =
                new TreeMap<>(
                        Map.of(
                                "revision.json", "{\"script\":\"a.sql\",\"catalog\":\"" + shared + "\",\"ddl\":[]}",
                                "script.sql", "INSERT INTO a SELECT 1"));
        String own = "a-sql-" + Revision.hash(script).substring(0, 12);
        Map<String, String> configMaps = Map.of(own, json(script), shared, json(catalog));
        Revision revision = Revision.read("team-a", own, configMaps::get);
        assertEquals(
                List.of("table größe", "view größte"),
                revision.ddl().stream().map(Source::object).toList());
        catalog.computeIfPresent("ddl-000.sql", (key, text) -> text + " ");
        Map<String, String> altered = Map.of(own, json(script), shared, json(catalog));
        RunnerException error =
                assertThrows(RunnerException.class, () -> Revision.read("team-a", own, altered::get));
        assertTrue(error.getMessage().startsWith("ConfigMap team-a/" + shared), error.getMessage());
    }

    private Revision read(String configMap) {
        return Revision.read("team-a", name, any -> configMap);
    }

    private static String json(Map<String, String> data) throws IOException {
        return new ObjectMapper().writeValueAsString(Map.of("kind", "ConfigMap", "data", data));
    }

    private static String compressed(String json) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream compressing = new GZIPOutputStream(bytes)) {
            compressing.write(json.getBytes(StandardCharsets.UTF_8));
        }
        return new ObjectMapper()
                .writeValueAsString(Map.of("binaryData", Map.of("revision.json.gz", bytes.toByteArray())));
    }

    private String configMap() throws IOException {
        return json(data);
    }
}
