package internal.sdp.runner;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands a module over to Flink's PythonDriver, and turns the way it failed into a message. */
final class PythonProgram {
    private static final Logger LOG = LoggerFactory.getLogger(PythonProgram.class);
    private static final String DRIVER = "org.apache.flink.client.python.PythonDriver";
    /** Runs the module; the driver itself says only with which code Python ended. */
    private static final String RUN_MODULE = "sdp_run_module";

    private static final Pattern CAUSE =
            Pattern.compile("(?m)^Caused by: [\\w.$]+: ((?s:.*?))(?=\\n\\s*(?:at |\\.\\.\\. \\d+ more)|\\z)");
    private static final Pattern TRACE = Pattern.compile("\\n\\s*at [\\w.$/]+\\(");

    /** What stands before the message of a Java exception: Python's class, the call, and the Java class. */
    private static final String JAVA_CLASS =
            "^\\w+: (?:An error occurred while calling \\S+\\n: )?(?:[\\w$]+\\.)+[\\w$]*(?:Exception|Error)(?:: )?";

    private PythonProgram() {}

    /**
     * The driver's arguments. What comes after {@code --} is the module's, whatever it is called.
     *
     * @param scratch a folder of this run alone
     * @param packages for the module's path, null when there are none
     */
    static List<String> buildArguments(PythonArguments arguments, Path scratch, Path packages) throws IOException {
        try (InputStream script = PythonProgram.class.getResourceAsStream(RUN_MODULE + ".py")) {
            Files.copy(script, scratch.resolve(RUN_MODULE + ".py"));
        }
        String path = Stream.of(scratch, packages).filter(p -> p != null).map(Path::toString).collect(Collectors.joining(":"));
        List<String> built = new ArrayList<>();
        // Only Python of this machine sees -pypath, while python.files go to the workers.
        built.addAll(List.of("-pyfs", arguments.archive().folder().toString(), "-pypath", path));
        if (arguments.archive().requirements() != null) {
            built.addAll(List.of("-pyreq", arguments.archive().requirements().toString()));
        }
        built.addAll(List.of("-pym", RUN_MODULE, "--"));
        built.addAll(List.of(report(scratch).toString(), arguments.archive().folder().toString(), arguments.module()));
        built.addAll(arguments.moduleArguments());
        return built;
    }

    static void run(List<String> driverArguments, String module, Path scratch) {
        Class<?> driver = requireDriver(module);
        try {
            Method main = driver.getMethod("main", String[].class);
            main.invoke(null, (Object) driverArguments.toArray(String[]::new));
        } catch (InvocationTargetException error) {
            LOG.error("The Python module {} failed", module, error.getCause());
            throw explain(error.getCause(), module, scratch);
        } catch (IllegalAccessException | NoSuchMethodException error) {
            throw new IllegalStateException(error);
        }
    }

    /** Fails when Java's side of Python is not in the cluster's classpath. */
    static Class<?> requireDriver(String job) {
        try {
            return Class.forName(DRIVER, true, Thread.currentThread().getContextClassLoader());
        } catch (ClassNotFoundException error) {
            throw RunnerException.at(
                    job,
                    "the cluster has no Python support: " + DRIVER + " is not on its classpath",
                    "Put opt/flink-python-*.jar of the Flink distribution into the cluster's lib folder.");
        }
    }

    static RunnerException explain(Throwable error, String module, Path scratch) {
        Path report = report(scratch);
        if (Files.exists(report)) {
            try {
                String text = Files.readString(report);
                int end = text.indexOf('\n');
                String where = text.substring(0, end).isEmpty() ? module : text.substring(0, end);
                String seen = withoutJavaTrace(text.substring(end + 1).strip());
                return RunnerException.at(where, seen, adviceFor(seen));
            } catch (IOException unreadable) {
                LOG.warn("The report of the Python module could not be read", unreadable);
            }
        }
        Throwable root = error;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String seen = root.getMessage() == null ? root.toString() : root.getMessage();
        return RunnerException.at(module, seen, "The JobManager's log has what Python printed.");
    }

    /** What Java said at last, where a Python exception carries a whole Java stack trace. */
    private static String withoutJavaTrace(String text) {
        Matcher trace = TRACE.matcher(text);
        if (!trace.find()) {
            return text;
        }
        String innermost = null;
        for (Matcher cause = CAUSE.matcher(text); cause.find(); ) {
            innermost = cause.group(1);
        }
        if (innermost == null) {
            innermost = text.substring(0, trace.start()).replaceFirst(JAVA_CLASS, "");
        }
        return innermost.replaceAll("\\s*\\R\\s*", " ").strip();
    }

    private static String adviceFor(String seen) {
        if (seen.startsWith("ModuleNotFoundError")) {
            return "Add it to the archive or to the job's requirements.";
        }
        if (seen.contains("when in Web Submission")) {
            return "Take out what waits for the job (wait, print, collect): on a session cluster the module ends before it.";
        }
        if (seen.startsWith("SystemExit")) {
            return "Correct the job's arguments or the module; the JobManager's log has what it printed.";
        }
        return "Correct the module, publish it and apply the job again; the JobManager's log has the whole traceback.";
    }

    private static Path report(Path scratch) {
        return scratch.resolve("failure.txt");
    }
}
