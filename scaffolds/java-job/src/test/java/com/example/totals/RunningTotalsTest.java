package com.example.totals;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

class RunningTotalsTest {
    @Test
    void totalsGrowByKey() throws Exception {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        environment.setParallelism(1);
        List<Total> totals =
                environment
                        .fromData(new Amount("a", 1), new Amount("b", 5), new Amount("a", 2))
                        .keyBy(amount -> amount.key)
                        .process(new RunningTotals())
                        .executeAndCollect(10);
        assertEquals(
                List.of("a 1 1", "b 1 5", "a 2 3"),
                totals.stream().map(total -> total.key + " " + total.count + " " + total.sum).toList());
    }
}
