package com.example.totals;

import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.formats.json.JsonDeserializationSchema;
import org.apache.flink.formats.json.JsonSerializationSchema;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ParameterTool;

/**
 * Reads records such as {@code {"key": "a", "amount": 3}} from one topic and writes the running total of each key to
 * another, exactly once.
 *
 * <p>Every operator has a uid: by it Flink finds the operator's state again when the job has changed.
 */
public final class TotalsJob {
    public static void main(String[] args) throws Exception {
        ParameterTool parameters = ParameterTool.fromArgs(args);
        String servers = parameters.get("bootstrap-servers", System.getenv("SDP_BOOTSTRAP_SERVERS"));
        String name = parameters.get("name", "totals");
        KafkaSource<Amount> source =
                KafkaSource.<Amount>builder()
                        .setBootstrapServers(servers)
                        .setTopics(parameters.getRequired("from"))
                        .setGroupId(name)
                        .setStartingOffsets(OffsetsInitializer.earliest())
                        .setValueOnlyDeserializer(new JsonDeserializationSchema<>(Amount.class))
                        .build();
        KafkaSink<Total> sink =
                KafkaSink.<Total>builder()
                        .setBootstrapServers(servers)
                        .setRecordSerializer(
                                KafkaRecordSerializationSchema.<Total>builder()
                                        .setTopic(parameters.getRequired("to"))
                                        .setValueSerializationSchema(new JsonSerializationSchema<>())
                                        .build())
                        .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                        .setTransactionalIdPrefix(name)
                        // The brokers' default limit is 15 minutes, Flink's own wish an hour.
                        .setProperty("transaction.timeout.ms", "900000")
                        .build();

        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        environment
                .fromSource(source, WatermarkStrategy.noWatermarks(), "amounts")
                .uid("amounts")
                .keyBy(amount -> amount.key)
                .process(new RunningTotals())
                .name("totals")
                .uid("totals")
                .sinkTo(sink)
                .name("sink")
                .uid("sink");
        environment.execute(name);
    }
}
