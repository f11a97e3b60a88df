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
  project = "change-data"
}

variable "database" {
  description = "Port of the PostgreSQL server that is read and written."
  type        = number
}

locals {
  # A Secret with the keys username and password.
  secret = "database"

  plain_json = {
    class  = "org.apache.kafka.connect.json.JsonConverter"
    config = { "schemas.enable" = "false" }
  }
}

# Every change of a table, in the order of its commits.
module "changes" {
  source = "../../terraform-modules/kafka/topic"

  name       = "shop.public.orders"
  partitions = 1

  force_destroy = true
}

module "order_rows" {
  source = "../../terraform-modules/kafka/topic"

  name       = "order-rows"
  partitions = 2
  config     = { "cleanup.policy" = "compact" }

  force_destroy = true
}

module "dead_letters" {
  source = "../../terraform-modules/kafka/topic"

  name       = "order-rows-dead-letters"
  partitions = 1

  force_destroy = true
}

module "connect" {
  source = "../../terraform-modules/kafka-connect/cluster"

  name    = "di"
  plugins = ["debezium-postgres"]
  build = {
    output = { image = "registry.example.com/team/connect:1" }
    plugins = [
      {
        # PostgreSQL stands in for Vertica: its driver lies beside the sink.
        name = "vertica-sink"
        artifacts = [
          { type = "maven", group = "internal.sdp", artifact = "vertica-sink", version = "0.1.0" },
          { type = "maven", group = "org.postgresql", artifact = "postgresql", version = "42.7.14" },
        ]
      },
    ]
  }
}

module "orders" {
  source = "../../terraform-modules/kafka-connect/source-debezium-postgres"

  name         = "orders"
  cluster      = module.connect.name
  topic_prefix = "shop"
  tables       = ["public.orders"]
  database = {
    hostname = "127.0.0.1"
    port     = var.database
    dbname   = "postgres"
    secret   = { name = local.secret }
  }
  converters = { key = local.plain_json }
  config = {
    "decimal.handling.mode" = "string"
    # A server that was killed is back in seconds here.
    "errors.retry.delay.max.ms"           = "2000"
    "retriable.restart.connector.wait.ms" = "1000"
  }

  depends_on = [module.changes]
}

module "session" {
  source = "../../terraform-modules/flink/session-cluster"

  name                = "session"
  job_manager         = { memory = "900m" }
  task_manager        = { memory = "1200m" }
  task_slots          = 2
  checkpoint_interval = "1 s"
  flink_configuration = {
    "restart-strategy.type"                          = "exponential-delay"
    "restart-strategy.exponential-delay.max-backoff" = "2 s"
  }
}

module "taxed" {
  source = "../../terraform-modules/flink/sql-job"

  job_name        = "taxed-orders"
  session_cluster = module.session.name

  depends_on = [module.orders, module.order_rows]
}

module "warehouse" {
  source = "../../terraform-modules/kafka-connect/sink-vertica"

  name    = "warehouse"
  cluster = module.connect.name
  topics  = module.order_rows.name
  vertica_target = {
    url    = "jdbc:postgresql://127.0.0.1:${var.database}/postgres"
    schema = "warehouse"
    secret = { name = local.secret }
  }
  task_config = {
    "vc.table"                = "orders"
    "insert.mode"             = "upsert"
    "upsert.timestamp.fields" = "updated_at"
    "delete.enabled"          = "true"
  }
  converters = { key = local.plain_json }
  errors = {
    tolerance         = "all"
    dead_letter_topic = module.dead_letters.name
  }

  depends_on = [module.taxed]
}
