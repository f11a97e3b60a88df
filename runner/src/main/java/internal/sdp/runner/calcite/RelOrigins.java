package internal.sdp.runner.calcite;

import internal.sdp.runner.Origins;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Match;
import org.apache.calcite.rel.core.Minus;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.core.Snapshot;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableFunctionScan;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.core.Uncollect;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlWindowTableFunction;
import org.apache.flink.table.operations.QueryOperation;
import org.apache.flink.table.planner.operations.PlannerQueryOperation;
import org.apache.flink.table.planner.plan.nodes.calcite.WatermarkAssigner;

/**
 * The origins of a query's columns. What Calcite's {@code RelMdColumnOrigins} answers of Flink's own nodes is null, and of what
 * reaches a node by correlation (UNNEST, lookup joins, scalar subqueries) it answers that it comes from nowhere. As there, rows are
 * chosen by filters, join conditions and keys of groups, and values do not come from these.
 */
public final class RelOrigins implements Function<QueryOperation, List<Origins>> {
    /** The row that a correlation variable is. */
    private final Map<CorrelationId, List<Origins>> variables = new HashMap<>();

    @Override
    public List<Origins> apply(QueryOperation query) {
        return query instanceof PlannerQueryOperation planned ? of(planned.getCalciteTree()) : List.of();
    }

    /** For each field. */
    List<Origins> of(RelNode rel) {
        if (rel instanceof TableScan scan) {
            return ofScan(scan);
        } else if (rel instanceof Project project) {
            List<Origins> input = of(project.getInput());
            project.getVariablesSet().forEach(variable -> variables.put(variable, input));
            RexOrigins expressions = new RexOrigins(this, project.getInput(), input);
            return project.getProjects().stream().map(expressions::of).toList();
        } else if (rel instanceof Aggregate aggregate) {
            return ofAggregate(aggregate);
        } else if (rel instanceof Join join) {
            return ofBoth(of(join.getLeft()), join.getJoinType(), join.getRight());
        } else if (rel instanceof Correlate correlate) {
            List<Origins> left = of(correlate.getLeft());
            variables.put(correlate.getCorrelationId(), left);
            return ofBoth(left, correlate.getJoinType(), correlate.getRight());
        } else if (rel instanceof SetOp operation) {
            return ofSetOp(operation);
        } else if (rel instanceof TableFunctionScan scan) {
            return ofTableFunction(scan);
        } else if (rel instanceof Match match) {
            return ofMatch(match);
        } else if (rel instanceof Uncollect uncollect) {
            List<Origins> collections = of(uncollect.getInput());
            return collections.size() == 1 ? all(rel, collections.get(0).toComputed()) : all(rel, Origins.UNKNOWN);
        } else if (rel instanceof Values) {
            return all(rel, Origins.CONSTANT);
        }
        return isSameRow(rel) ? of(rel.getInput(0)) : all(rel, Origins.UNKNOWN);
    }

    /** The row that a correlation variable is, if it is known. */
    Optional<List<Origins>> variable(CorrelationId id) {
        return Optional.ofNullable(variables.get(id));
    }

    private static boolean isSameRow(RelNode rel) {
        return rel instanceof Filter || rel instanceof Sort || rel instanceof Snapshot || rel instanceof WatermarkAssigner;
    }

    private static List<Origins> ofScan(TableScan scan) {
        List<String> table = List.copyOf(scan.getTable().getQualifiedName());
        return scan.getRowType().getFieldNames().stream()
                .map(name -> Origins.of(new Origins.Column(table, name)))
                .toList();
    }

    private List<Origins> ofBoth(List<Origins> left, JoinRelType type, RelNode right) {
        return type.projectsRight() ? concat(left, of(right)) : left;
    }

    private List<Origins> ofAggregate(Aggregate aggregate) {
        List<Origins> input = of(aggregate.getInput());
        List<Origins> keys = aggregate.getGroupSet().asList().stream().map(input::get).toList();
        return concat(keys, aggregate.getAggCallList().stream().map(call -> ofCall(call, input)).toList());
    }

    private static Origins ofCall(AggregateCall call, List<Origins> input) {
        List<Origins> arguments = call.getArgList().stream().map(input::get).toList();
        return call.getAggregation().getKind() == SqlKind.SINGLE_VALUE
                ? Origins.anyOf(arguments)
                : Origins.computedOf(arguments);
    }

    private List<Origins> ofSetOp(SetOp operation) {
        // The rows of a difference are all of its first input.
        int inputs = operation instanceof Minus ? 1 : operation.getInputs().size();
        List<List<Origins>> rows = operation.getInputs().stream().limit(inputs).map(this::of).toList();
        return IntStream.range(0, operation.getRowType().getFieldCount())
                .mapToObj(field -> Origins.anyOf(rows.stream().map(row -> row.get(field)).toList()))
                .toList();
    }

    private List<Origins> ofTableFunction(TableFunctionScan scan) {
        RexCall call = (RexCall) scan.getCall();
        if (call.getOperator() instanceof SqlWindowTableFunction && scan.getInputs().size() == 1) {
            List<Origins> input = of(scan.getInput(0));
            int timeAttribute = scan.getInput(0).getRowType().getFieldNames().indexOf(timeAttributeOf(call));
            Origins time = timeAttribute < 0 ? Origins.UNKNOWN : input.get(timeAttribute).toComputed();
            int added = scan.getRowType().getFieldCount() - input.size();
            return concat(input, Collections.nCopies(added, time));
        }
        // What a function of tables makes of their columns, only it knows.
        return scan.getInputs().isEmpty()
                ? all(scan, new RexOrigins(this, scan, List.of()).of(call).toComputed())
                : all(scan, Origins.UNKNOWN);
    }

    /** The name of the column from which a window's start, end and time are made. */
    private static String timeAttributeOf(RexCall window) {
        return window.getOperands().stream()
                .filter(operand -> operand.getKind() == SqlKind.DESCRIPTOR)
                .map(descriptor -> RexLiteral.stringValue(((RexCall) descriptor).getOperands().get(0)))
                .findFirst()
                .orElseThrow();
    }

    private List<Origins> ofMatch(Match match) {
        List<Origins> input = of(match.getInput());
        List<String> names = match.getInput().getRowType().getFieldNames();
        RexOrigins expressions = new RexOrigins(this, match.getInput(), input);
        return match.getRowType().getFieldNames().stream()
                .map(
                        name -> {
                            RexNode measure = match.getMeasures().get(name);
                            if (measure != null) {
                                return expressions.of(measure);
                            }
                            int key = names.indexOf(name);
                            return key >= 0 && match.getPartitionKeys().get(key) ? input.get(key) : Origins.UNKNOWN;
                        })
                .toList();
    }

    private static List<Origins> all(RelNode rel, Origins origins) {
        return Collections.nCopies(rel.getRowType().getFieldCount(), origins);
    }

    private static List<Origins> concat(List<Origins> first, List<Origins> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}
