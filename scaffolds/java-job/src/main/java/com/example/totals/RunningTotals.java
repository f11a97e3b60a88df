package com.example.totals;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** Count and sum of each key so far, as JSON. */
public final class RunningTotals extends KeyedProcessFunction<String, Amount, String> {
    private static final long serialVersionUID = 1L;

    private transient ValueState<Long> count;
    private transient ValueState<Long> sum;

    @Override
    public void open(OpenContext context) {
        count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Long.class));
        sum = getRuntimeContext().getState(new ValueStateDescriptor<>("sum", Long.class));
    }

    @Override
    public void processElement(Amount amount, Context context, Collector<String> out) throws Exception {
        count.update(orZero(count.value()) + 1);
        sum.update(orZero(sum.value()) + amount.value());
        out.collect(
                "{\"key\":\"" + amount.key() + "\",\"count\":" + count.value() + ",\"sum\":" + sum.value() + "}");
    }

    private static long orZero(Long value) {
        return value == null ? 0 : value;
    }
}
