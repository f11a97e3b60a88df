terraform {
  required_version = ">= 1.8"
  required_providers {
    sdp = {
      source  = "sdp.internal/platform/sdp"
      version = ">= 0.1.0"
    }
  }
}

provider "sdp" {
  project = "market-data"
}

module "trades" {
  source = "../../terraform-modules/kafka/topic"

  name       = "trades"
  partitions = 1

  # An example may be destroyed with its data; without it, a plan that deletes the topic is an error.
  force_destroy = true
}

module "yearly_prices_topic" {
  source = "../../terraform-modules/kafka/topic"

  name       = "yearly-prices"
  partitions = 1
  config     = { "retention.ms" = -1 }

  force_destroy = true
}

module "session" {
  source = "../../terraform-modules/flink/session-cluster"

  name                = "session"
  job_manager         = { memory = "900m" }
  task_manager        = { memory = "1200m" }
  task_slots          = 4
  flink_configuration = { "execution.checkpointing.interval" = "1 s" }
}

module "yearly_prices" {
  source = "../../terraform-modules/flink/sql-job"

  job_name        = "yearly-prices"
  session_cluster = module.session.name
  upgrade_mode    = "savepoint"

  depends_on = [module.trades, module.yearly_prices_topic]
}
