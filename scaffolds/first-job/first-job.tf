# A first job, which needs no data from elsewhere. Delete this file and its two SQL files when you have jobs of your own.

module "sensor_averages_topic" {
  source     = "./modules/kafka/topic"
  name       = "sensor-averages"
  partitions = 1

  # Its data may go with it.
  force_destroy = true
}

module "sensor_averages" {
  source   = "./modules/flink/sql-job"
  job_name = "sensor-averages.sql"
  args     = { topic = module.sensor_averages_topic.name }

  # Rows are there for readers once a checkpoint commits them.
  flink_configuration = { "execution.checkpointing.interval" = "5 s" }

  # A change that does not run is taken back.
  rollback_on_failure = true
}
