package internal.sdp.runner;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.internal.TableEnvironmentInternal;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ContextResolvedTable;
import org.apache.flink.table.operations.QueryOperation;
import org.apache.flink.table.operations.SinkModifyOperation;

/** Where the columns come from that an INSERT writes, by the query as Flink's planner has it before it optimizes it. */
final class ColumnOrigins {
    /** What an INSERT writes: all columns that its table takes, in their order; those that it does not name are NULL, a constant. */
    record Insert(List<String> table, List<SinkColumn> columns) {}

    record SinkColumn(String name, Origins origins) {}

    private static final String CALCITE = ColumnOrigins.class.getPackageName() + ".calcite.";
    /** By the class loader of a planner. */
    private static final Map<ClassLoader, ClassLoader> LOADERS = new ConcurrentHashMap<>();

    private ColumnOrigins() {}

    static Insert of(TableEnvironment tables, String insert) {
        var sink = (SinkModifyOperation) ((TableEnvironmentInternal) tables).getParser().parse(insert).get(0);
        ContextResolvedTable table = sink.getContextResolvedTable();
        List<String> names =
                table.getResolvedSchema().getColumns().stream()
                        .filter(Column::isPersisted)
                        .map(Column::getName)
                        .toList();
        List<Origins> origins = originsOf(sink.getChild());
        boolean isKnown = origins.size() == names.size();
        List<SinkColumn> columns = new ArrayList<>();
        for (int at = 0; at < names.size(); at++) {
            columns.add(new SinkColumn(names.get(at), isKnown ? origins.get(at) : Origins.UNKNOWN));
        }
        return new Insert(table.getIdentifier().toList(), columns);
    }

    @SuppressWarnings("unchecked")
    private static List<Origins> originsOf(QueryOperation query) {
        try {
            ClassLoader loader =
                    LOADERS.computeIfAbsent(query.getClass().getClassLoader(), BesidePlanner::new);
            Class<?> type = loader.loadClass(CALCITE + "RelOrigins");
            return ((Function<QueryOperation, List<Origins>>) type.getConstructor().newInstance()).apply(query);
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError("the planner is another than the runner was built for", impossible);
        }
    }

    /** Loads package {@code calcite} beside Flink's planner, whose classes a class loader of its own hides from all others. */
    private static final class BesidePlanner extends ClassLoader {
        BesidePlanner(ClassLoader planner) {
            super(planner);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(ColumnOrigins.class.getPackageName() + ".")) {
                return super.loadClass(name, resolve);
            }
            if (!name.startsWith(CALCITE)) {
                return ColumnOrigins.class.getClassLoader().loadClass(name);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            String file = "/" + name.replace('.', '/') + ".class";
            try (InputStream content = ColumnOrigins.class.getResourceAsStream(file)) {
                byte[] bytes = content.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException unreadable) {
                throw new ClassNotFoundException(name, unreadable);
            }
        }
    }
}
