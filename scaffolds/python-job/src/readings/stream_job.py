"""Reads {"sensor": "a", "fahrenheit": 68} from one topic and writes each sensor's records to another: a reading that
is higher than all before it. What was the highest is state, and outlives changes of the job.
"""
import argparse
import json
import os

from pyflink.common import Types, WatermarkStrategy
from pyflink.common.serialization import SimpleStringSchema
from pyflink.datastream import KeyedProcessFunction, StreamExecutionEnvironment
from pyflink.datastream.connectors.base import DeliveryGuarantee
from pyflink.datastream.connectors.kafka import (
    KafkaOffsetsInitializer,
    KafkaRecordSerializationSchema,
    KafkaSink,
    KafkaSource,
)
from pyflink.datastream.state import ValueStateDescriptor

from readings import temperature


class Records(KeyedProcessFunction):
    def open(self, context):
        self.highest = context.get_state(ValueStateDescriptor("highest", Types.DOUBLE()))

    def process_element(self, reading, context):
        celsius = temperature.to_celsius(reading["fahrenheit"])
        if temperature.is_new_record(self.highest.value(), celsius):
            self.highest.update(celsius)
            yield json.dumps({"sensor": reading["sensor"], "celsius": celsius})


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="source", required=True, help="topic with the readings")
    parser.add_argument("--to", dest="target", required=True, help="topic for the records")
    parser.add_argument("--bootstrap-servers", default=os.environ.get("SDP_BOOTSTRAP_SERVERS"))
    arguments = parser.parse_args()

    source = (
        KafkaSource.builder()
        .set_bootstrap_servers(arguments.bootstrap_servers)
        .set_topics(arguments.source)
        .set_group_id("records")
        .set_starting_offsets(KafkaOffsetsInitializer.earliest())
        .set_value_only_deserializer(SimpleStringSchema())
        .build()
    )
    sink = (
        KafkaSink.builder()
        .set_bootstrap_servers(arguments.bootstrap_servers)
        .set_record_serializer(
            KafkaRecordSerializationSchema.builder()
            .set_topic(arguments.target)
            .set_value_serialization_schema(SimpleStringSchema())
            .build()
        )
        .set_delivery_guarantee(DeliveryGuarantee.AT_LEAST_ONCE)
        .build()
    )

    environment = StreamExecutionEnvironment.get_execution_environment()
    (
        environment.from_source(source, WatermarkStrategy.no_watermarks(), "readings")
        .uid("readings")
        .map(json.loads)
        .uid("parse")
        .key_by(lambda reading: reading["sensor"], key_type=Types.STRING())
        # By the uid Flink finds the state again when the job has changed.
        .process(Records(), output_type=Types.STRING())
        .name("records")
        .uid("records")
        .sink_to(sink)
        .name("sink")
        .uid("sink")
    )
    environment.execute("records")


if __name__ == "__main__":
    main()
