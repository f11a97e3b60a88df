package internal.sdp.runner;

import internal.sdp.runner.ColumnOrigins.Insert;
import internal.sdp.runner.ColumnOrigins.SinkColumn;
import internal.sdp.runner.ScriptCheck.Problem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ArrayNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Flink's planner for those who want to know what a job would be told, before there is one, and the rows of queries. The contract
 * is in src/engines/flink/planner.ts: a question is a line of JSON on the standard input, its answers are lines on the standard
 * output, of many questions at a time. Ends when its input does, without answers to what it has not begun.
 */
public final class Planner {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintStream answers;
    private final ExecutorService planning =
            Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    private final ExecutorService previewing = Executors.newCachedThreadPool();
    private final Map<Integer, ScriptPreview> previews = new ConcurrentHashMap<>();
    private final PreviewCluster cluster = new PreviewCluster();

    private Planner(PrintStream answers) {
        this.answers = answers;
    }

    public static void main(String... args) throws Exception {
        PrintStream answers = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        // Whatever prints, prints beside the answers.
        System.setOut(System.err);
        new Planner(answers).serve(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
    }

    private void serve(BufferedReader questions) throws Exception {
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            receive(JSON.readTree(line));
        }
        planning.shutdownNow();
        previews.values().forEach(ScriptPreview::cancel);
        previewing.shutdown();
        planning.awaitTermination(1, TimeUnit.MINUTES);
        previewing.awaitTermination(1, TimeUnit.MINUTES);
        cluster.close();
    }

    private void receive(JsonNode question) {
        int id = question.path("id").asInt();
        if (question.path("cancel").asBoolean()) {
            ScriptPreview preview = previews.get(id);
            if (preview != null) {
                preview.cancel();
            }
            return;
        }
        List<String> statements = new ArrayList<>();
        question.path("statements").forEach(statement -> statements.add(statement.asText()));
        Configuration options = new Configuration();
        question.path("options")
                .fields()
                .forEachRemaining(option -> options.setString(option.getKey(), option.getValue().asText()));
        if (question.hasNonNull("rows")) {
            ScriptPreview preview = new ScriptPreview(statements, options, cluster);
            previews.put(id, preview);
            previewing.execute(() -> finish(id, answer -> preview(id, preview, question.path("rows").asInt())));
        } else {
            planning.execute(() -> finish(id, answer -> check(question, statements, options, answer)));
        }
    }

    private static List<Problem> check(
            JsonNode question, List<String> statements, Configuration options, ObjectNode answer) {
        boolean withColumns = question.path("columns").asBoolean();
        ScriptCheck.Result result = ScriptCheck.check(statements, options, withColumns);
        if (question.path("plan").asBoolean()) {
            answer.put("plan", result.plan());
        }
        if (withColumns) {
            ArrayNode inserts = answer.putArray("inserts");
            result.inserts().forEach((statement, insert) -> put(insert, inserts.addObject().put("statement", statement)));
        }
        return result.problems();
    }

    private static void put(Insert insert, ObjectNode answer) {
        insert.table().forEach(answer.putArray("table")::add);
        ArrayNode columns = answer.putArray("columns");
        for (SinkColumn column : insert.columns()) {
            Origins origins = column.origins();
            ObjectNode written = columns.addObject().put("name", column.name()).put("computed", origins.computed());
            if (origins.columns() == null) {
                written.putNull("origins");
                continue;
            }
            ArrayNode read = written.putArray("origins");
            for (Origins.Column origin : origins.columns()) {
                ObjectNode from = read.addObject();
                origin.table().forEach(from.putArray("table")::add);
                from.put("column", origin.name());
            }
        }
    }

    private List<Problem> preview(int id, ScriptPreview preview, int rows) {
        List<Problem> problems = new ArrayList<>();
        try {
            preview.run(
                    rows,
                    new ScriptPreview.Listener() {
                        @Override
                        public void columns(List<String> names) {
                            ObjectNode answer = answerTo(id);
                            names.forEach(answer.putArray("columns")::add);
                            send(answer);
                        }

                        @Override
                        public void row(String kind, List<String> values) {
                            ObjectNode answer = answerTo(id).put("kind", kind);
                            values.forEach(answer.putArray("row")::add);
                            send(answer);
                        }

                        @Override
                        public void problem(Problem problem) {
                            problems.add(problem);
                        }
                    });
        } finally {
            previews.remove(id);
        }
        return problems;
    }

    /** Sends the last answer to a question, with what the step puts into it. */
    private void finish(int id, Function<ObjectNode, List<Problem>> step) {
        ObjectNode answer = answerTo(id);
        try {
            List<Problem> found = step.apply(answer);
            ArrayNode problems = answer.putArray("problems");
            for (Problem problem : found) {
                problems.addObject()
                        .put("statement", problem.statement())
                        .put("line", problem.line())
                        .put("column", problem.column())
                        .put("seen", problem.seen())
                        .put("change", problem.change());
            }
        } catch (RuntimeException | Error unexpected) {
            unexpected.printStackTrace();
            answer.put("failure", unexpected.toString());
        }
        send(answer);
    }

    private static ObjectNode answerTo(int id) {
        return JSON.createObjectNode().put("id", id);
    }

    private void send(ObjectNode answer) {
        synchronized (answers) {
            answers.println(answer);
            answers.flush();
        }
    }
}
