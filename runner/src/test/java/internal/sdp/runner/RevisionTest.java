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
        Revision revision = Revision.fromConfigMap("team-a", name, configMap());
        assertEquals(Source.script("sql/jobs/totals.sql", data.get("script.sql")), revision.script());
        assertEquals(List.of(Source.ddl("sql/ddl/out.sql", "table größe", data.get("ddl-000.sql"))), revision.ddl());
    }

    @Test
    void refusesAlteredContent() throws IOException {
        data.computeIfPresent("script.sql", (key, text) -> text + " ");
        String altered = configMap();
        RunnerException error =
                assertThrows(RunnerException.class, () -> Revision.fromConfigMap("team-a", name, altered));
        assertTrue(error.getMessage().startsWith("ConfigMap team-a/" + name + ": this revision"), error.getMessage());
        assertTrue(error.getMessage().contains("was altered"), error.getMessage());
        assertTrue(error.getMessage().contains("apply the job again"), error.getMessage());
    }

    @Test
    void readsOneThatIsCompressed() throws IOException {
        Revision plain = Revision.fromConfigMap("team-a", name, configMap());
        String compressed = compressed(new ObjectMapper().writeValueAsString(data));
        assertEquals(plain, Revision.fromConfigMap("team-a", name, compressed));
        String broken = compressed("{\"script.sql\": \"INSERT INTO other SELECT 1\"}");
        assertThrows(RunnerException.class, () -> Revision.fromConfigMap("team-a", name, broken));
        String none = compressed.replaceFirst("H4s", "AAA");
        assertThrows(RunnerException.class, () -> Revision.fromConfigMap("team-a", name, none));
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
        return new ObjectMapper().writeValueAsString(Map.of("kind", "ConfigMap", "data", data));
    }
}
