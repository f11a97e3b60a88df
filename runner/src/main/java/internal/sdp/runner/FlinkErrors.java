package internal.sdp.runner;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns what Flink says about a statement into one short message at the place in the author's file. */
final class FlinkErrors {
    private static final Pattern VALIDATOR_POSITION =
            Pattern.compile("(?:From|At|at) line (\\d+), column (\\d+)(?: to line \\d+, column \\d+)?(?:: )?");
    private static final Pattern EXPECTED_TOKENS = Pattern.compile("(?s)\\s*Was expecting(?: one of)?:.*");
    private static final Pattern WRAPPER = Pattern.compile("^SQL (?:parse|validation) failed\\.\\s*");
    private static final Pattern BLANKS = Pattern.compile("\\s*\\R\\s*");

    private FlinkErrors() {}

    static RunnerException in(FilledStatement statement, Throwable error) {
        String message = rootMessage(error);
        Matcher position = VALIDATOR_POSITION.matcher(message);
        String where = statement.position(0);
        if (position.find()) {
            where = statement.position(Integer.parseInt(position.group(1)), Integer.parseInt(position.group(2)));
            message = message.substring(0, position.start()) + message.substring(position.end());
        }
        String seen = BLANKS.matcher(EXPECTED_TOKENS.matcher(message).replaceFirst("")).replaceAll(" ");
        return RunnerException.at(where, WRAPPER.matcher(seen).replaceFirst("").strip(), advice(message));
    }

    /** For what concerns no single statement: the job as a whole. */
    static RunnerException inJob(Source script, Throwable error) {
        String seen = BLANKS.matcher(rootMessage(error)).replaceAll(" ");
        return RunnerException.at(script.path(), seen, advice(seen));
    }

    /** The innermost message that says something: outer ones only repeat that something failed. */
    private static String rootMessage(Throwable error) {
        String message = error.toString();
        int depth = 0;
        for (Throwable at = error; at != null && depth < 20; at = at.getCause(), depth++) {
            if (at.getMessage() != null && !at.getMessage().isBlank()) {
                message = at.getMessage();
            }
        }
        return message;
    }

    private static String advice(String message) {
        if (message.contains("Could not find any factory for identifier")) {
            return "Correct the 'connector' or 'format' option, or put the connector's jar into the cluster's lib folder.";
        }
        if (message.startsWith("Object '") && message.contains("not found")) {
            return "Define it in a DDL file or earlier in the script, or correct the name.";
        }
        return "Correct the SQL and apply the job again.";
    }
}
