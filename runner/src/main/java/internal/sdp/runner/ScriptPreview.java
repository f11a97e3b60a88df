package internal.sdp.runner;

import internal.sdp.runner.ScriptCheck.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.apache.flink.util.StringUtils;

/** The first rows of a query. It runs on the cluster of this process: none that is in use has to have room. */
final class ScriptPreview {
    /** Rows are for somebody who waits. */
    private static final Map<String, String> OPTIONS =
            Map.of("parallelism.default", "1", "execution.buffer-timeout.interval", "10 ms");

    /** What a preview says, in this order: columns once, then rows, then perhaps a problem. */
    interface Listener {
        void columns(List<String> names);

        /**
         * One row.
         *
         * @param kind {@code +I}, {@code -U}, {@code +U} or {@code -D}
         */
        void row(String kind, List<String> values);

        void problem(Problem problem);
    }

    private final List<String> statements;
    private final Configuration options;
    private final PreviewCluster cluster;
    private final AtomicReference<TableResult> running = new AtomicReference<>();
    private volatile boolean cancelled;

    /** A query after the definitions that it needs. */
    ScriptPreview(List<String> statements, Configuration options, PreviewCluster cluster) {
        this.statements = statements;
        this.options = new Configuration(options);
        this.cluster = cluster;
        OPTIONS.forEach(this.options::setString);
    }

    /** Ends it soon, from any thread. */
    void cancel() {
        cancelled = true;
        stop(running.get());
    }

    /** Answers when the query has ended, by itself, after so many rows or by {@link #cancel}. */
    void run(int limit, Listener listener) {
        List<FilledStatement> filled = statements.stream().map(FilledStatement::plain).toList();
        int at = 0;
        try {
            TableEnvironment tables = ScriptSettings.createTables(filled, options);
            ScriptSettings settings = new ScriptSettings(tables);
            for (; at < filled.size() - 1; at++) {
                switch (StatementKind.of(filled.get(at).text())) {
                    case SET, RESET -> settings.apply(Setting.parse(filled.get(at)));
                    case DEFINITION -> tables.executeSql(ScriptJars.localize(filled.get(at)));
                    default -> {}
                }
            }
            Configuration session = tables.getConfig().getConfiguration();
            cluster.options().forEach(session::setString);
            TableResult result = tables.executeSql(filled.get(at).text());
            running.set(result);
            if (cancelled) {
                stop(result);
            }
            listener.columns(result.getResolvedSchema().getColumns().stream().map(Column::getName).toList());
            read(result, limit, listener);
        } catch (Exception | LinkageError | StackOverflowError error) {
            if (error instanceof RunnerException || !cancelled) {
                listener.problem(Problem.of(at, error));
            }
        } finally {
            stop(running.get());
        }
    }

    private void read(TableResult result, int limit, Listener listener) throws Exception {
        try (CloseableIterator<Row> rows = result.collect()) {
            for (int count = 0; count < limit && !cancelled && rows.hasNext(); count++) {
                Row row = rows.next();
                List<String> values = new ArrayList<>();
                for (int field = 0; field < row.getArity(); field++) {
                    Object value = row.getField(field);
                    values.add(value == null ? null : StringUtils.arrayAwareToString(value));
                }
                listener.row(row.getKind().shortString(), values);
            }
        }
    }

    private static void stop(TableResult result) {
        try {
            if (result != null) {
                result.getJobClient().ifPresent(job -> job.cancel());
            }
        } catch (IllegalStateException ended) {
            // Its cluster is gone.
        }
    }
}
