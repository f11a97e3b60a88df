package internal.sdp.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.type.TypeReference;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;

/** The golden pairs that the TypeScript side writes: both sides split, fill and hash alike. */
final class Golden {
    private static final Path FOLDER = Path.of("..", "src", "sql", "testdata");
    private static final ObjectMapper JSON = new ObjectMapper();

    private Golden() {}

    /**
     * One pair of files.
     *
     * @param lines the expected output, one JSON object a line
     */
    record Pair(String name, String input, List<JsonNode> lines) {}

    static List<Pair> pairs(String folder) throws IOException {
        try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".input.sql")).sorted().map(Golden::pair).toList();
        }
    }

    static Map<String, String> strings(String file) throws IOException {
        return JSON.readValue(FOLDER.resolve(file).toFile(), new TypeReference<Map<String, String>>() {});
    }

    private static Pair pair(Path input) {
        String name = input.getFileName().toString().replace(".input.sql", "");
        try {
            List<JsonNode> lines =
                    Files.readAllLines(input.resolveSibling(name + ".output.jsonl")).stream().map(Golden::json).toList();
            return new Pair(name, Files.readString(input), lines);
        } catch (IOException unreadable) {
            throw new AssertionError("no output beside " + input, unreadable);
        }
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException notJson) {
            throw new AssertionError("not JSON: " + line, notJson);
        }
    }
}
