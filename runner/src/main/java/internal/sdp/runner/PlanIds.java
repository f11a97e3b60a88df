package internal.sdp.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Numbers a compiled plan's nodes by their place. Flink numbers them with a counter of the JVM, so the second submission of a
 * script to a session cluster would get other operator ids than the first and lose its state.
 */
final class PlanIds {
    private static final ObjectMapper JSON = new ObjectMapper();

    private PlanIds() {}

    /** Nodes get 1..n in the order of the plan's array. Ids occur in nodes and edges only. */
    static String renumber(String plan) {
        try {
            JsonNode root = JSON.readTree(plan);
            Map<Integer, Integer> numbers = new HashMap<>();
            for (JsonNode node : root.path("nodes")) {
                numbers.put(node.path("id").intValue(), numbers.size() + 1);
                replace(node, "id", numbers);
            }
            for (JsonNode edge : root.path("edges")) {
                replace(edge, "source", numbers);
                replace(edge, "target", numbers);
            }
            return JSON.writeValueAsString(root);
        } catch (IOException notJson) {
            throw new UncheckedIOException("Flink's compiled plan is not JSON", notJson);
        }
    }

    private static void replace(JsonNode holder, String field, Map<Integer, Integer> numbers) {
        Integer number = numbers.get(holder.path(field).intValue());
        if (number == null) {
            throw new IllegalStateException("the compiled plan has an edge to a node that it has not");
        }
        ((ObjectNode) holder).put(field, number);
    }
}
