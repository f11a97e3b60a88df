package internal.sdp.runner;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ArrayNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Flink's planner for those who want to know what a job would be told, before there is one. The contract is in
 * src/engines/flink/planner.ts: a question is a line of JSON on the standard input, its answer a line on the standard output,
 * in any order. Ends when its input does, without answers to what it has not begun.
 */
public final class Planner {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintStream answers;

    private Planner(PrintStream answers) {
        this.answers = answers;
    }

    public static void main(String... args) throws IOException, InterruptedException {
        PrintStream answers = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        // Whatever prints, prints beside the answers.
        System.setOut(System.err);
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        ExecutorService workers = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        Planner planner = new Planner(answers);
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            JsonNode question = JSON.readTree(line);
            workers.execute(() -> planner.answer(question));
        }
        workers.shutdownNow();
        workers.awaitTermination(1, TimeUnit.MINUTES);
    }

    private void answer(JsonNode question) {
        ObjectNode answer = JSON.createObjectNode();
        answer.set("id", question.path("id"));
        try {
            ArrayNode problems = answer.putArray("problems");
            for (ScriptCheck.Problem problem : ScriptCheck.check(statements(question), options(question))) {
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
        synchronized (answers) {
            answers.println(answer);
            answers.flush();
        }
    }

    private static List<String> statements(JsonNode question) {
        List<String> statements = new ArrayList<>();
        question.path("statements").forEach(statement -> statements.add(statement.asText()));
        return statements;
    }

    private static Configuration options(JsonNode question) {
        Configuration options = new Configuration();
        question.path("options")
                .fields()
                .forEachRemaining(option -> options.setString(option.getKey(), option.getValue().asText()));
        return options;
    }
}
