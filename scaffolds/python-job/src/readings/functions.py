"""Functions for SQL and the Table API. Flink's workers import them from this module, so it starts no job."""
from pyflink.table import DataTypes
from pyflink.table.udf import udf

from readings import temperature


@udf(result_type=DataTypes.DOUBLE())
def to_celsius(fahrenheit):
    return temperature.to_celsius(fahrenheit)
