package internal.sdp.runner.calcite;

import internal.sdp.runner.Origins;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperator;
import org.apache.flink.table.catalog.Column.MetadataColumn;
import org.apache.flink.table.planner.calcite.FlinkTypeFactory;
import org.apache.flink.table.planner.plan.schema.TableSourceTable;
import org.apache.flink.table.types.logical.LogicalType;

/** The origins of expressions over the row of a node. */
final class RexOrigins {
    private static final Set<SqlKind> RANKS =
            Set.of(SqlKind.ROW_NUMBER, SqlKind.RANK, SqlKind.DENSE_RANK, SqlKind.PERCENT_RANK, SqlKind.CUME_DIST);
    /** Functions of the matched row that do not say of which of its columns. */
    private static final Set<String> OF_ROW = Set.of("MATCH_ROWTIME", "MATCH_PROCTIME");

    private final RelOrigins nodes;
    private final RelNode input;
    private final List<Origins> row;

    RexOrigins(RelOrigins nodes, RelNode input, List<Origins> row) {
        this.nodes = nodes;
        this.input = input;
        this.row = row;
    }

    Origins of(RexNode expression) {
        if (expression instanceof RexLiteral) {
            return Origins.CONSTANT;
        } else if (expression instanceof RexInputRef field) {
            return row.get(field.getIndex());
        } else if (expression instanceof RexFieldAccess access) {
            return ofAccess(access);
        } else if (expression instanceof RexOver over) {
            return ofOver(over);
        } else if (expression instanceof RexSubQuery query) {
            return ofSubQuery(query);
        }
        return expression instanceof RexCall call ? ofCall(call) : Origins.UNKNOWN;
    }

    private Origins ofAccess(RexFieldAccess access) {
        if (access.getReferenceExpr() instanceof RexCorrelVariable variable) {
            return nodes.variable(variable.id)
                    .map(outer -> outer.get(access.getField().getIndex()))
                    .orElse(Origins.UNKNOWN);
        }
        return of(access.getReferenceExpr()).field(access.getField().getName());
    }

    private Origins ofOver(RexOver over) {
        List<Origins> operands = over.getOperands().stream().map(this::of).toList();
        // A rank is a function of what it orders by, and of nothing else.
        return RANKS.contains(over.getAggOperator().getKind())
                ? Origins.computedOf(over.getWindow().orderKeys.stream().map(key -> of(key.left)).toList())
                : Origins.computedOf(operands);
    }

    private Origins ofSubQuery(RexSubQuery query) {
        List<Origins> columns = nodes.of(query.rel);
        if (query.getKind() == SqlKind.SCALAR_QUERY) {
            return columns.get(0);
        }
        // Whether there are rows, none of their columns says.
        List<Origins> asked = query.getKind() == SqlKind.EXISTS ? List.of() : columns;
        return Origins.computedOf(Stream.concat(query.getOperands().stream().map(this::of), asked.stream()).toList());
    }

    private Origins ofCall(RexCall call) {
        List<Origins> operands = call.getOperands().stream().map(this::of).toList();
        SqlOperator operator = call.getOperator();
        if (OF_ROW.contains(operator.getName())) {
            return Origins.UNKNOWN;
        } else if (isSameValue(call)) {
            return operands.get(0);
        }
        boolean isConstant =
                operator.isDeterministic()
                        && !operator.isDynamicFunction()
                        && !(operator instanceof SqlAggFunction)
                        && operands.stream().allMatch(Origins::isConstant);
        return isConstant ? Origins.CONSTANT : Origins.computedOf(operands);
    }

    private boolean isSameValue(RexCall call) {
        if (call.getKind() == SqlKind.CAST || call.getKind() == SqlKind.REINTERPRET) {
            RexNode operand = call.getOperands().get(0);
            LogicalType to = withoutNullability(call.getType());
            return withoutNullability(operand.getType()).equals(to) || isMetadata(operand, to);
        }
        return call.getKind() == SqlKind.AS;
    }

    /** A metadata column that becomes of the type that its table declares. */
    private boolean isMetadata(RexNode operand, LogicalType type) {
        return operand instanceof RexInputRef field
                && input instanceof TableScan scan
                && scan.getTable() instanceof TableSourceTable table
                && table.contextResolvedTable()
                        .getResolvedSchema()
                        .getColumn(scan.getRowType().getFieldNames().get(field.getIndex()))
                        .filter(column -> column instanceof MetadataColumn)
                        .filter(column -> column.getDataType().getLogicalType().copy(true).equals(type))
                        .isPresent();
    }

    private static LogicalType withoutNullability(RelDataType type) {
        return FlinkTypeFactory.toLogicalType(type).copy(true);
    }
}
