package com.example.totals;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** Count and sum of each key so far. */
public final class RunningTotals extends KeyedProcessFunction<String, Amount, Total> {
    private static final long serialVersionUID = 1L;

    private transient ValueState<Total> totals;

    @Override
    public void open(OpenContext context) {
        totals = getRuntimeContext().getState(new ValueStateDescriptor<>("totals", Total.class));
    }

    @Override
    public void processElement(Amount amount, Context context, Collector<Total> out) throws Exception {
        Total before = totals.value();
        Total after =
                before == null
                        ? new Total(amount.key, 1, amount.amount)
                        : new Total(amount.key, before.count + 1, before.sum + amount.amount);
        totals.update(after);
        out.collect(after);
    }
}
