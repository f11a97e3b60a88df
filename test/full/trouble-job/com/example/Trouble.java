package com.example;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** What can go wrong in a job, by its argument {@code --do}. */
public final class Trouble {
  private Trouble() {}

  public static void main(String[] args) throws Exception {
    String what = args[1];
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    switch (what) {
      case "throw" -> throw new IllegalStateException("no orders today");
      case "miss" -> new Absent();
      case "twice" -> {
        count(environment, what);
        environment.execute("first");
        count(environment, what);
        environment.execute("second");
      }
      default -> {
        count(environment, what);
        environment.execute();
      }
    }
  }

  private static void count(StreamExecutionEnvironment environment, String what) {
    environment
        .fromSequence(0, Long.MAX_VALUE)
        .uid("numbers")
        // Chained to the source: nothing piles up that a savepoint would have to wait for.
        .map(Trouble::slowly)
        .returns(Types.LONG)
        .keyBy(number -> number % 3)
        .map(new Count(what))
        .uid(what)
        .name("count by " + what)
        .sinkTo(new DiscardingSink<>());
  }

  private static Long slowly(Long number) throws InterruptedException {
    Thread.sleep(10);
    return number;
  }

  private static final class Count extends RichMapFunction<Long, Long> {
    private final String what;
    private transient ValueState<Long> count;
    private transient List<byte[]> kept;

    Count(String what) {
      this.what = what;
    }

    @Override
    public void open(OpenContext context) {
      count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Long.class));
      kept = new ArrayList<>();
    }

    @Override
    public Long map(Long number) throws Exception {
      if (what.equals("miss-later")) new Absent();
      while (what.equals("keep")) kept.add(new byte[16 << 20]);
      Long before = count.value();
      long now = before == null ? 1 : before + 1;
      count.update(now);
      return now;
    }
  }
}
