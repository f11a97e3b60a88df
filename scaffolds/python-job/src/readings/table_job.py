"""Reads {"sensor": "a", "fahrenheit": 68} from one topic and writes {"sensor": "a", "celsius": 20.0} to another."""
import argparse
import os

from pyflink.table import EnvironmentSettings, TableEnvironment

from readings.functions import to_celsius


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="source", required=True, help="topic with the readings")
    parser.add_argument("--to", dest="target", required=True, help="topic for the result")
    parser.add_argument("--bootstrap-servers", default=os.environ.get("SDP_BOOTSTRAP_SERVERS"))
    arguments = parser.parse_args()

    environment = TableEnvironment.create(EnvironmentSettings.in_streaming_mode())
    environment.create_temporary_function("to_celsius", to_celsius)
    environment.execute_sql(f"""
        CREATE TEMPORARY TABLE readings (sensor STRING, fahrenheit DOUBLE) WITH (
            'connector' = 'kafka',
            'topic' = '{arguments.source}',
            'properties.bootstrap.servers' = '{arguments.bootstrap_servers}',
            'properties.group.id' = 'readings',
            'scan.startup.mode' = 'earliest-offset',
            'format' = 'json'
        )""")
    environment.execute_sql(f"""
        CREATE TEMPORARY TABLE temperatures (sensor STRING, celsius DOUBLE) WITH (
            'connector' = 'kafka',
            'topic' = '{arguments.target}',
            'properties.bootstrap.servers' = '{arguments.bootstrap_servers}',
            'format' = 'json'
        )""")
    environment.execute_sql("INSERT INTO temperatures SELECT sensor, to_celsius(fahrenheit) FROM readings")


if __name__ == "__main__":
    main()
