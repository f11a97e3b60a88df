package internal.sdp.connect.vertica;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** {@code testdata/NAME.input.json} and what each dialect makes of it, {@code NAME.DIALECT.sql}; -Dgolden.update=true writes them. */
final class Golden {
    private static final Path FOLDER = Path.of("src", "test", "testdata");

    private Golden() {}

    /** Table and columns of one case. */
    record Case(String name, Table table, Shape shape, boolean insertAbsent) {}

    static Stream<Case> cases() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<Path> inputs = files.filter(file -> file.toString().endsWith(".input.json"))
                    .sorted()
                    .toList();
            return inputs.stream().map(Golden::read);
        }
    }

    /** The expected text, which is written first when it is to be updated. */
    static String expected(Case one, String dialect, String actual) throws IOException {
        Path file = FOLDER.resolve(one.name + "." + dialect + ".sql");
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(file, actual);
        }
        return Files.readString(file);
    }

    private static Case read(Path file) {
        try {
            JsonNode json = new ObjectMapper().readTree(file.toFile());
            List<String> names = strings(json.get("columns"));
            List<Column> columns = Stream.iterate(0, i -> i + 1)
                    .limit(names.size())
                    .map(i -> new Column(
                            i,
                            names.get(i),
                            Column.Kind.TEXT,
                            java.sql.Types.VARCHAR,
                            "varchar",
                            0,
                            -1,
                            true,
                            !names.get(i).equals("computed")))
                    .toList();
            Table table =
                    new Table(json.get("schema").asText(), json.get("table").asText(), columns, List.of(), List.of());
            Shape shape = new Shape(
                    find(table, json.get("keys")),
                    find(table, json.get("others")),
                    find(table, json.get("timestamps")));
            return new Case(
                    file.getFileName().toString().replace(".input.json", ""),
                    table,
                    shape,
                    !json.get("mode").asText().equals("update"));
        } catch (IOException error) {
            throw new AssertionError(file.toString(), error);
        }
    }

    private static List<Column> find(Table table, JsonNode names) {
        return strings(names).stream().map(table::find).toList();
    }

    private static List<String> strings(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
