package internal.sdp.runner;

import internal.sdp.runner.StatementSplitter.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.table.api.PlanReference;
import org.apache.flink.table.api.StatementSet;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.api.config.TableConfigOptions;
import org.apache.flink.table.api.config.TableConfigOptions.CatalogPlanRestore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A revision as a Flink job: its definitions are run, its INSERTs become one job whose operators have ids of their own. Nothing
 * here logs a plan or an error as it is: they hold the options of tables, passwords too.
 */
final class SqlJob {
    private static final Logger LOG = LoggerFactory.getLogger(SqlJob.class);

    private final String name;
    private final Source script;
    private final List<FilledStatement> definitions;
    private final List<FilledStatement> statements;
    private final Secrets secrets;

    private SqlJob(
            String name,
            Source script,
            List<FilledStatement> definitions,
            List<FilledStatement> statements,
            Secrets secrets) {
        this.name = name;
        this.script = script;
        this.definitions = definitions;
        this.statements = statements;
        this.secrets = secrets;
    }

    /** Splits, fills in parameters and checks, all without Flink. */
    static SqlJob prepare(String name, Revision revision, Parameters parameters) {
        List<FilledStatement> definitions = new ArrayList<>();
        for (Source ddl : revision.ddl()) {
            definitions.addAll(fill(ddl, parameters));
        }
        List<FilledStatement> statements = fill(revision.script(), parameters);
        ScriptRules.check(revision.script(), statements);
        return new SqlJob(name, revision.script(), definitions, statements, parameters.secrets());
    }

    private static List<FilledStatement> fill(Source source, Parameters parameters) {
        List<Statement> statements = StatementSplitter.split(source);
        return statements.stream().map(parameters::fill).toList();
    }

    /**
     * Submits the job and answers without waiting for its end.
     *
     * @param options beyond those of the cluster
     */
    TableResult submit(Configuration options) {
        try {
            return start(options);
        } catch (RunnerException explained) {
            throw explained;
        } catch (RuntimeException | Error unexpected) {
            if (!secrets.areIn(unexpected)) {
                // Flink may have thrown it to itself, through this program.
                throw unexpected;
            }
            LOG.error("{} could not be submitted: {}", script.path(), secrets.traceOf(unexpected));
            throw FlinkErrors.in(script, inserts(), unexpected, secrets);
        }
    }

    private TableResult start(Configuration options) {
        TableEnvironment tables = ScriptSettings.createTables(statements, options);
        definitions.forEach(definition -> run(tables, definition));
        StatementSet inserts = tables.createStatementSet();
        TableResult fromQuery = runStatements(tables, inserts);
        return fromQuery == null ? submitInserts(tables, inserts) : fromQuery;
    }

    /**
     * Runs the statements in their order, since USE and definitions change what the next one means, and collects the INSERTs.
     * Answers the job of a CREATE TABLE … AS, if the script is one.
     */
    private TableResult runStatements(TableEnvironment tables, StatementSet inserts) {
        ScriptSettings settings = new ScriptSettings(tables);
        TableResult fromQuery = null;
        for (FilledStatement statement : statements) {
            switch (StatementKind.of(statement.text())) {
                case SET, RESET -> settings.apply(Setting.parse(statement));
                case SHOW -> LOG.info("{} is skipped, it only prints", statement.position(0));
                case CREATE_FROM_QUERY -> {
                    LOG.info("{} starts a job without operator ids of its own", statement.position(0));
                    nameJob(tables);
                    fromQuery = run(tables, statement);
                }
                case INSERT -> add(inserts, statement);
                default -> run(tables, statement);
            }
        }
        return fromQuery;
    }

    private TableResult run(TableEnvironment tables, FilledStatement written) {
        FilledStatement statement = PythonFunctions.asTemporary(written);
        String text = ScriptJars.localize(statement);
        try {
            return tables.executeSql(text);
        } catch (RuntimeException error) {
            LOG.error("{} failed: {}", statement.position(0), secrets.traceOf(error));
            throw explain(statement, error);
        }
    }

    private void add(StatementSet inserts, FilledStatement statement) {
        try {
            inserts.addInsertSql(statement.text());
        } catch (RuntimeException error) {
            LOG.error("{} failed: {}", statement.position(0), secrets.traceOf(error));
            throw explain(statement, error);
        }
    }

    private TableResult submitInserts(TableEnvironment tables, StatementSet inserts) {
        nameJob(tables);
        try {
            String plan = compile(inserts);
            if (plan == null) {
                return inserts.execute();
            }
            // Without ALL_ENFORCED, OPTIONS hints are lost; with the guard, an operator without an id is an error.
            tables.getConfig().set(TableConfigOptions.PLAN_RESTORE_CATALOG_OBJECTS, CatalogPlanRestore.ALL_ENFORCED);
            tables.getConfig().set(PipelineOptions.AUTO_GENERATE_UIDS, false);
            return tables.loadPlan(PlanReference.fromJsonString(PlanIds.renumber(plan))).execute();
        } catch (RuntimeException error) {
            LOG.error("{} could not be submitted: {}", script.path(), secrets.traceOf(error));
            RunnerException python = ofPython(error);
            throw python == null ? FlinkErrors.in(script, inserts(), error, secrets) : python;
        }
    }

    private RunnerException explain(FilledStatement statement, Throwable error) {
        RunnerException python = ofPython(error);
        return python == null ? FlinkErrors.in(statement, error, secrets) : python;
    }

    private RunnerException ofPython(Throwable error) {
        return PythonFunctions.explain(error, Stream.concat(definitions.stream(), statements.stream()).toList(), secrets);
    }

    /** The plan as JSON, or null when Flink cannot compile the statements, which may still run. */
    private String compile(StatementSet inserts) {
        try {
            return inserts.compilePlan().asJsonString();
        } catch (ValidationException invalid) {
            throw invalid;
            // Where a part has no JSON form (a legacy table source), Jackson's own comes through undeclared.
        } catch (Exception error) {
            String trace = secrets.traceOf(error);
            LOG.warn("{} cannot be compiled and runs without operator ids of its own: {}", script.path(), trace);
            return null;
        }
    }

    private List<FilledStatement> inserts() {
        return statements.stream()
                .filter(statement -> StatementKind.of(statement.text()) == StatementKind.INSERT)
                .toList();
    }

    private void nameJob(TableEnvironment tables) {
        if (tables.getConfig().getOptional(PipelineOptions.NAME).isEmpty()) {
            tables.getConfig().set(PipelineOptions.NAME, name);
        }
    }
}
