package internal.sdp.runner;

import java.util.List;

/** What a script may hold, by the rule that a script is one job. */
final class ScriptRules {
    private ScriptRules() {}

    static void check(Source script, List<FilledStatement> statements) {
        int inserts = 0;
        FilledStatement fromQuery = null;
        for (FilledStatement statement : statements) {
            StatementKind kind = StatementKind.of(statement.text());
            checkAlone(statement, kind);
            if (kind == StatementKind.INSERT) {
                inserts++;
            } else if (kind == StatementKind.CREATE_FROM_QUERY) {
                if (fromQuery != null) {
                    throw twoJobs(statement);
                }
                fromQuery = statement;
            }
        }
        if (fromQuery != null && inserts > 0) {
            throw twoJobs(fromQuery);
        }
        if (fromQuery == null && inserts == 0) {
            throw RunnerException.at(
                    script.path(),
                    "the script has no INSERT, so there is no job to run",
                    "Write the result into a table: INSERT INTO … SELECT ….");
        }
    }

    private static void checkAlone(FilledStatement statement, StatementKind kind) {
        if (statement.statement().inSet() && kind != StatementKind.INSERT) {
            throw RunnerException.at(
                    statement.position(0),
                    "a statement set holds INSERT statements only",
                    "Move this statement before the set.");
        }
        if (kind == StatementKind.QUERY) {
            throw RunnerException.at(
                    statement.position(0),
                    "the rows of this query go nowhere",
                    "Write them into a table: INSERT INTO … SELECT ….");
        }
        if (kind == StatementKind.OTHER_JOB) {
            throw RunnerException.at(
                    statement.position(0),
                    "this statement would start or change a job beside the one that the script is",
                    "Run it by itself, outside of the script.");
        }
    }

    private static RunnerException twoJobs(FilledStatement statement) {
        return RunnerException.at(
                statement.position(0),
                "CREATE TABLE … AS starts a job of its own, and a script is one job",
                "Create the table by itself and fill it with an INSERT.");
    }
}
