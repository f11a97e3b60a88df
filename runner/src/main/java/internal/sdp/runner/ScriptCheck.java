package internal.sdp.runner;

import internal.sdp.runner.ColumnOrigins.Insert;
import internal.sdp.runner.FlinkErrors.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.StatementSet;
import org.apache.flink.table.api.TableEnvironment;

/**
 * What Flink's planner says of a job's statements, as far as it can be known without a job: types, functions, watermarks,
 * connectors, sinks that cannot take updates. Definitions are made in a catalog in memory that nobody sees; nothing is started.
 */
final class ScriptCheck {

    /**
     * A problem and what to change.
     *
     * @param statement its index
     * @param line in the statement, from 1, as {@code column}
     */
    record Problem(int statement, int line, int column, String seen, String change) {
        /** What Flink, or a rule of ours, says of a statement. */
        static Problem of(int statement, Throwable error) {
            if (error instanceof RunnerException explained) {
                return new Problem(statement, 1, 1, explained.seen(), explained.change());
            }
            Finding finding = FlinkErrors.explain(error, Secrets.none());
            return new Problem(statement, finding.line(), finding.column(), finding.seen(), finding.change());
        }
    }

    /**
     * What is found.
     *
     * @param inserts what those INSERTs write in which no problem was found before they are planned, by their indexes
     * @param plan all INSERTs as Flink compiles them, with the ids of operators that a job has; null where it does not
     */
    record Result(List<Problem> problems, Map<Integer, Insert> inserts, String plan) {}

    /** Definitions that do more than define: they read data or start a job. */
    private static final Set<String> NOT_RUN = Set.of("ANALYZE", "TRUNCATE", "REFRESH", "OPTIMIZE");

    private static final Pattern MATERIALIZED =
            Pattern.compile("(?is)^(?:CREATE|ALTER)\\s+(?:OR\\s+\\w+\\s+)?MATERIALIZED\\b.*");
    private static final Pattern CREATED =
            Pattern.compile(
                    "(?is)^CREATE\\s+(?:(?:OR|ALTER|REPLACE|TEMPORARY|SYSTEM)\\s+)*"
                            + "(?:TABLE|VIEW|FUNCTION|CATALOG|DATABASE|MODEL)\\s+"
                            + "(?:IF\\s+NOT\\s+EXISTS\\s+)?(?:(?:`[^`]+`|[\\w$]+)\\s*\\.\\s*)*(`[^`]+`|[\\w$]+).*");

    private final List<FilledStatement> statements;
    private final boolean withColumns;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<Integer, Insert> written = new LinkedHashMap<>();
    private String plan;
    /** Names of what could not be defined, in lower case. */
    private final Set<String> missing = new TreeSet<>();

    private ScriptCheck(List<FilledStatement> statements, boolean withColumns) {
        this.statements = statements;
        this.withColumns = withColumns;
    }

    /**
     * Finds the problems of all statements.
     *
     * @param statements a script after all definitions that it needs, in their order, parameters filled in
     * @param options of the job
     */
    static List<Problem> check(List<String> statements, Configuration options) {
        return check(statements, options, false).problems();
    }

    /** The same, and where the columns come from that the INSERTs write, if that is asked for. */
    static Result check(List<String> statements, Configuration options, boolean withColumns) {
        ScriptCheck check =
                new ScriptCheck(statements.stream().map(FilledStatement::plain).toList(), withColumns);
        check.run(options);
        return new Result(check.problems, check.written, check.plan);
    }

    private void run(Configuration options) {
        List<FilledStatement> settings = new ArrayList<>();
        for (int at = 0; at < statements.size(); at++) {
            FilledStatement statement = statements.get(at);
            // One that no environment can be made with is left out of it.
            if (StatementKind.of(statement.text()) == StatementKind.SET
                    && attempt(at, () -> ScriptSettings.createTables(List.of(statement), options))) {
                settings.add(statement);
            }
        }
        TableEnvironment tables = ScriptSettings.createTables(settings, options);
        ScriptSettings session = new ScriptSettings(tables);
        Map<Integer, StatementSet> inserts = new LinkedHashMap<>();
        StatementSet all = tables.createStatementSet();
        for (int at = 0; at < statements.size(); at++) {
            FilledStatement statement = statements.get(at);
            String text = statement.text();
            switch (StatementKind.of(text)) {
                case SET -> {
                    if (settings.contains(statement)) {
                        session.apply(Setting.parse(statement));
                    }
                }
                case RESET -> attempt(at, () -> session.apply(Setting.parse(statement)));
                case INSERT -> {
                    StatementSet insert = tables.createStatementSet();
                    if (attempt(at, () -> insert.addInsertSql(text))) {
                        inserts.put(at, insert);
                        all.addInsertSql(text);
                        if (withColumns) {
                            // Now, since a later statement may define its tables anew.
                            written.put(at, ColumnOrigins.of(tables, text));
                        }
                    }
                }
                case CREATE_FROM_QUERY -> {
                    if (attempt(at, () -> tables.explainSql(text))) {
                        problems.add(notCompiled(at, "a CREATE TABLE … AS has no plan of its own."));
                    }
                }
                case DEFINITION -> define(at, tables);
                default -> {}
            }
        }
        // With the options as they are in the end, as the job is planned.
        inserts.forEach((at, insert) -> attempt(at, insert::explain));
        if (problems.isEmpty() && !inserts.isEmpty()) {
            compile(inserts.keySet().iterator().next(), all);
        }
    }

    private void compile(int first, StatementSet inserts) {
        try {
            plan = PlanIds.renumber(inserts.compilePlan().asJsonString());
            // Jackson's own comes through undeclared.
        } catch (Exception error) {
            problems.add(notCompiled(first, Problem.of(first, error).seen()));
        }
    }

    /** It runs all the same (see SqlJob). */
    private static Problem notCompiled(int at, String seen) {
        return new Problem(
                at,
                1,
                1,
                "Flink cannot compile the script: " + seen,
                "The job runs, but its operators have the ids that Flink derives from the shape of the graph: a change of the SQL may"
                        + " lose their state.");
    }

    private void define(int at, TableEnvironment tables) {
        String text = statements.get(at).text();
        String first = text.split("\\W", 2)[0].toUpperCase(Locale.ROOT);
        if (NOT_RUN.contains(first) || MATERIALIZED.matcher(text).matches()) {
            return;
        }
        Matcher created = CREATED.matcher(text);
        if (!attempt(at, () -> tables.executeSql(ScriptJars.localize(statements.get(at)))) && created.matches()) {
            missing.add(created.group(1).replace("`", "").toLowerCase(Locale.ROOT));
        }
    }

    private boolean attempt(int at, Runnable step) {
        try {
            step.run();
            return true;
        } catch (RuntimeException | LinkageError | StackOverflowError error) {
            Problem problem = Problem.of(at, error);
            if (error instanceof RunnerException || !followsFromMissing(problem.seen())) {
                problems.add(problem);
            }
        }
        return false;
    }

    /** Only repeats that something could not be defined. */
    private boolean followsFromMissing(String seen) {
        String words = seen.toLowerCase(Locale.ROOT);
        boolean isAbsence = words.contains("not found") || words.contains("cannot find") || words.contains("not exist")
                || words.contains("no match found");
        return isAbsence
                && missing.stream().anyMatch(name -> words.matches("(?s).*\\b" + Pattern.quote(name) + "\\b.*"));
    }
}
