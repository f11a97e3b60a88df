package internal.sdp.runner;

import internal.sdp.runner.Tokens.Kind;
import internal.sdp.runner.Tokens.Token;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;

/** Functions of Python that SQL calls: where Flink finds them, and what it says of those that it does not find. */
final class PythonFunctions {
    private static final Pattern FAILED = Pattern.compile("Instantiating python function '([^']*)' failed");
    /** A line of the job's own code, in the folder that the archive was put into. */
    private static final Pattern OWN_LINE =
            Pattern.compile("File \"[^\"]*/(?:sha256|uri)-[0-9a-f]+/([^\"]+)\", line (\\d+)");
    private static final Pattern NO_MODULE = Pattern.compile("ModuleNotFoundError: No module named '([^']*)'.*");
    private static final int MAX_CAUSES = 20;

    private PythonFunctions() {}

    /**
     * The options by which Flink's planner and the workers find an archive.
     *
     * @param packages those of its requirements, null when there are none
     * @param there options of the cluster and the job, which are not repeated: Flink would take both
     */
    static Configuration options(PythonArchive archive, Path packages, Map<String, String> there) {
        Configuration options = new Configuration();
        add(options, "python.files", archive.folder(), there);
        add(options, "python.requirements", archive.requirements(), there);
        // Only Python of this machine sees it: the workers install the requirements.
        add(options, "python.pythonpath", packages, there);
        return options;
    }

    private static void add(Configuration options, String key, Path path, Map<String, String> there) {
        if (path != null && !path.toString().equals(there.get(key))) {
            options.setString(key, path.toString());
        }
    }

    /**
     * The statement with {@code CREATE TEMPORARY FUNCTION}, if it creates a function of Python: Flink cannot write another one into
     * a compiled plan, and without that operators have no ids of their own.
     */
    static FilledStatement asTemporary(FilledStatement statement) {
        String text = statement.text();
        List<Token> tokens = text.regionMatches(true, 0, "CREATE", 0, 6) ? Tokens.ofStatement(text) : List.of();
        boolean isPermanent = tokens.size() > 1 && tokens.get(1).is("FUNCTION") && isPython(tokens);
        return isPermanent ? statement.insert(tokens.get(1).start(), "TEMPORARY ") : statement;
    }

    private static boolean isPython(List<Token> tokens) {
        for (int at = 1; at < tokens.size(); at++) {
            if (tokens.get(at).is("PYTHON") && tokens.get(at - 1).is("LANGUAGE")) {
                return true;
            }
        }
        return false;
    }

    /** What failed to load a function, at the statement of these that creates it; null when the error is of another kind. */
    static RunnerException explain(Throwable error, List<FilledStatement> statements, Secrets secrets) {
        String function = null;
        String last = "";
        Throwable at = error;
        for (int depth = 0; at != null && depth < MAX_CAUSES; at = at.getCause(), depth++) {
            String message = String.valueOf(at.getMessage());
            Matcher failed = FAILED.matcher(message);
            if (failed.find()) {
                function = failed.group(1);
            } else if (at.getMessage() != null) {
                last = at instanceof ClassNotFoundException ? "ClassNotFoundException: " + message : message;
            }
        }
        if (function == null) {
            return null;
        }
        String seen = secrets.redact(seenIn(last));
        return RunnerException.at(placeOf(function, statements), seen, advice(seen, function));
    }

    /** The last line of a traceback, after the innermost line of the job's own code. */
    private static String seenIn(String message) {
        String seen = message.strip();
        seen = seen.substring(seen.lastIndexOf('\n') + 1).strip();
        String place = "";
        for (Matcher own = OWN_LINE.matcher(message); own.find(); ) {
            place = own.group(1) + ":" + own.group(2) + ": ";
        }
        return place + seen;
    }

    private static String placeOf(String function, List<FilledStatement> statements) {
        for (FilledStatement statement : statements) {
            List<Token> tokens = Tokens.ofStatement(statement.text());
            for (Token token : tokens) {
                if (token.kind() == Kind.LITERAL && token.text().equals("'" + function + "'") && isPython(tokens)) {
                    return statement.position(token.start());
                }
            }
        }
        return function;
    }

    private static String advice(String seen, String function) {
        Matcher noModule = NO_MODULE.matcher(seen);
        if (noModule.matches() && (function + ".").startsWith(noModule.group(1) + ".")) {
            return "Correct the name, or publish an archive with the module and name that one.";
        }
        if (seen.contains("ModuleNotFoundError")) {
            return "Add it to the archive or to the requirements (python).";
        }
        if (seen.contains("_java_user_defined_function")) {
            return function + " is no function of PyFlink: decorate it with @udf, or wrap it by udf(…).";
        }
        if (seen.startsWith("AttributeError: module")) {
            return "Correct the name, or add the function to the module.";
        }
        if (seen.startsWith("The fully qualified name is invalid")) {
            return "Write the function with its module: module.function.";
        }
        if (seen.startsWith("ClassNotFoundException")) {
            return "The cluster has no Python support: put opt/flink-python-*.jar of the Flink distribution into its lib folder.";
        }
        if (seen.contains("callback server start failed") || seen.contains("Cannot run program")) {
            return "Install Python with apache-flink on the JobManager, or set python.client.executable in the cluster's Flink"
                    + " configuration; the JobManager's log has what Python printed.";
        }
        return "Correct the module and publish it; the JobManager's log has what Python printed.";
    }
}
