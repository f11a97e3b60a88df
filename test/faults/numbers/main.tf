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
  project = "numbers"
}

variable "parallelism" {
  type = number
}

variable "state" {
  type = string
}

module "numbers_topic" {
  source = "../../terraform-modules/kafka/topic"

  name       = "numbers"
  partitions = 4

  force_destroy = true
}

module "copies_topic" {
  source = "../../terraform-modules/kafka/topic"

  name       = "copies"
  partitions = 2

  force_destroy = true
}

module "sums_topic" {
  source = "../../terraform-modules/kafka/topic"

  name       = "sums"
  partitions = 2

  force_destroy = true
}

module "session" {
  source = "../../terraform-modules/flink/session-cluster"

  name                = "session"
  job_manager         = { memory = "900m" }
  task_manager        = { memory = "1200m" }
  task_slots          = 4
  checkpoint_interval = "1 s"
  flink_configuration = {
    # The default waits longer after every failure, up to a minute: many in a row are meant here.
    "restart-strategy.type"                          = "exponential-delay"
    "restart-strategy.exponential-delay.max-backoff" = "3 s"
  }
}

module "numbers" {
  source = "../../terraform-modules/flink/sql-job"

  job_name        = "numbers"
  session_cluster = module.session.name
  upgrade_mode    = "savepoint"
  parallelism     = var.parallelism
  state           = var.state
  timeout         = "90s"

  depends_on = [module.numbers_topic, module.copies_topic, module.sums_topic]
}
