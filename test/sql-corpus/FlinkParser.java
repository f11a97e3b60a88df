import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.calcite.config.Lex;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlInsert;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlMatchRecognize;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlWith;
import org.apache.calcite.sql.SqlWithItem;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParser;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.sql.parser.ddl.SqlAlterTable;
import org.apache.flink.sql.parser.ddl.SqlAlterView;
import org.apache.flink.sql.parser.ddl.SqlCreateTable;
import org.apache.flink.sql.parser.ddl.SqlCreateTableAs;
import org.apache.flink.sql.parser.ddl.SqlCreateTableLike;
import org.apache.flink.sql.parser.ddl.SqlCreateView;
import org.apache.flink.sql.parser.dml.SqlBeginStatementSet;
import org.apache.flink.sql.parser.dml.SqlEndStatementSet;
import org.apache.flink.sql.parser.dml.SqlExecute;
import org.apache.flink.sql.parser.dml.SqlStatementSet;
import org.apache.flink.sql.parser.impl.FlinkSqlParserImpl;
import org.apache.flink.sql.parser.validate.FlinkSqlConformance;
import org.apache.flink.table.planner.parse.CalciteParser;
import org.apache.flink.table.planner.parse.ExtendedParser;

/**
 * Flink's own SQL parser: a line of JSON on standard input is a script (`text`), one on standard output what it is to Flink: its
 * `statements`, each with the `tables` that it reads or writes and what it `creates`, or an `error` with `line` and `column`. Those
 * of a statement set stand one by one, without what opens and closes it.
 */
public final class FlinkParser {
    /** As the planner parses, `org.apache.flink.table.planner.delegation.PlannerContext`. */
    private static final SqlParser.Config CONFIG =
            SqlParser.config()
                    .withParserFactory(FlinkSqlParserImpl.FACTORY)
                    .withConformance(FlinkSqlConformance.DEFAULT)
                    .withLex(Lex.JAVA)
                    .withIdentifierMaxLength(256);

    private FlinkParser() {}

    public static void main(String[] args) throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            System.out.println(mapper.writeValueAsString(parse(mapper.readTree(line).get("text").asText())));
        }
    }

    private static Map<String, Object> parse(String text) {
        // SET, HELP and the like are no part of the grammar.
        if (ExtendedParser.INSTANCE.parse(text).isPresent()) {
            return Map.of("statements", List.of(Map.of("tables", List.of())));
        }
        try {
            List<Map<String, Object>> statements = new ArrayList<>();
            for (SqlNode one : new CalciteParser(CONFIG).parseSqlList(text)) {
                SqlNode node = one instanceof SqlExecute execute ? execute.getStatement() : one;
                if (node instanceof SqlStatementSet set) set.getInserts().forEach(insert -> statements.add(read(insert)));
                else if (!(node instanceof SqlBeginStatementSet || node instanceof SqlEndStatementSet)) statements.add(read(node));
            }
            return Map.of("statements", statements);
        } catch (RuntimeException error) {
            Throwable cause = error;
            while (cause.getCause() != null && !(cause instanceof SqlParseException)) cause = cause.getCause();
            boolean isPlaced = cause instanceof SqlParseException parse && parse.getPos() != null;
            return Map.of(
                    "error", String.valueOf(cause.getMessage()).lines().findFirst().orElse(""),
                    "line", isPlaced ? ((SqlParseException) cause).getPos().getLineNum() : 0,
                    "column", isPlaced ? ((SqlParseException) cause).getPos().getColumnNum() : 0);
        }
    }

    private static Map<String, Object> read(SqlNode node) {
        Tables tables = new Tables();
        String created = null;
        if (node instanceof SqlCreateTable table) {
            created = table.getTableName().toString();
            if (table instanceof SqlCreateTableLike like) tables.add(like.getTableLike().getSourceTable());
            if (table instanceof SqlCreateTableAs as) tables.visit(as.getAsQuery());
        } else if (node instanceof SqlCreateView view) {
            created = view.getViewName().toString();
            tables.visit(view.getQuery());
        } else if (node instanceof SqlAlterTable alter) {
            tables.add(alter.getTableName());
        } else if (node instanceof SqlAlterView alter) {
            tables.add(alter.getOperandList().get(0));
        } else {
            tables.visit(node);
        }
        return created == null ? Map.of("tables", tables.found) : Map.of("tables", tables.found, "creates", created);
    }

    /** The tables and views that a statement names, those of its own WITH clauses left out. */
    private static final class Tables {
        final Set<String> found = new TreeSet<>();
        private final Set<String> own = new HashSet<>();

        void add(SqlNode name) {
            SqlNode only = name instanceof SqlCall call && call.getKind() == SqlKind.TABLE_REF ? call.operand(0) : name;
            if (only instanceof SqlIdentifier identifier && !own.contains(identifier.toString())) {
                found.add(String.join(".", identifier.names));
            }
        }

        void visit(SqlNode node) {
            if (node instanceof SqlWith with) {
                for (SqlNode item : with.withList) {
                    visit(((SqlWithItem) item).query);
                    own.add(((SqlWithItem) item).name.toString());
                }
                visit(with.body);
            } else if (node instanceof SqlSelect select) {
                visitFrom(select.getFrom());
                select.getOperandList().stream().filter(one -> one != select.getFrom()).forEach(this::visit);
            } else if (node instanceof SqlInsert insert) {
                add(insert.getTargetTable());
                visit(insert.getSource());
            } else if (node instanceof SqlNodeList list) {
                list.forEach(this::visit);
            } else if (node instanceof SqlCall call) {
                if (call.getKind() == SqlKind.EXPLICIT_TABLE) add(call.operand(0));
                else call.getOperandList().forEach(this::visit);
            }
        }

        private void visitFrom(SqlNode node) {
            if (node instanceof SqlIdentifier) {
                add(node);
            } else if (node instanceof SqlJoin join) {
                visitFrom(join.getLeft());
                visitFrom(join.getRight());
                visit(join.getCondition());
            } else if (node instanceof SqlMatchRecognize match) {
                visitFrom(match.getTableRef());
            } else if (node instanceof SqlCall call) {
                switch (call.getKind()) {
                    case AS, SNAPSHOT, TABLE_REF, LATERAL, TABLESAMPLE -> visitFrom(call.operand(0));
                    default -> visit(call);
                }
            }
        }
    }
}
