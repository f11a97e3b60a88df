variable "environment" {
  type = string
}

module "orders" {
  source = "./modules/kafka/topic"
  name   = "orders"
}

module "totals_topic" {
  source     = "./modules/kafka/topic"
  name       = "totals"
  topic_name = "${var.environment}.totals"
}

module "totals" {
  source   = "./modules/flink/sql-job"
  job_name = "totals"
  args = {
    to   = module.totals_topic.name
    form = "2026-01-01"
  }
}

module "refunds" {
  source   = "./modules/flink/sql-job"
  job_name = "refunds"
  args     = { to = module.totals_topic.name }
}
