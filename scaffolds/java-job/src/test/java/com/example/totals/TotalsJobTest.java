package com.example.totals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

class TotalsJobTest {
    @Test
    void totalsGrowByKey() throws Exception {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        environment.setParallelism(1);
        List<String> totals =
                environment
                        .fromData("a,1", "b,5", "a,2")
                        .map(Amount::parse)
                        .keyBy(Amount::key)
                        .process(new RunningTotals())
                        .executeAndCollect(10);
        assertEquals(
                List.of(
                        "{\"key\":\"a\",\"count\":1,\"sum\":1}",
                        "{\"key\":\"b\",\"count\":1,\"sum\":5}",
                        "{\"key\":\"a\",\"count\":2,\"sum\":3}"),
                totals);
    }

    @Test
    void aLineThatCannotBeReadIsNamed() {
        var failure = assertThrows(IllegalArgumentException.class, () -> Amount.parse("a;1"));
        assertEquals("\"a;1\" is not of the form key,number", failure.getMessage());
    }
}
