locals {
  settings = merge(
    { for key, value in var.catalog : "iceberg.catalog.${key}" => value },
    { for tables in compact([join(",", var.tables)]) : "iceberg.tables" => tables },
    { for field in compact([var.route_field]) : "iceberg.tables.route-field" => field },
    { for field in compact([var.route_field]) : "iceberg.tables.dynamic-enabled" => "true" },
    {
      "iceberg.tables.auto-create-enabled"   = tostring(var.auto_create)
      "iceberg.tables.evolve-schema-enabled" = tostring(var.evolve_schema)
      "iceberg.control.commit.interval-ms"   = tostring(var.commit_interval_ms)
      "iceberg.control.topic"                = var.control_topic
      # A task with nothing to read answers once in offset.flush.interval.ms of the workers, 60 s unless they say otherwise.
      "iceberg.control.commit.timeout-ms" = "90000"
    },
  )
}

module "sink" {
  source = "../sink"

  class               = "org.apache.iceberg.connect.IcebergSinkConnector"
  enabled             = var.enabled
  name                = var.name
  cluster             = var.cluster
  topics              = var.topics
  topics_regex        = var.topics_regex
  tasks_max           = var.tasks_max
  errors              = var.errors
  converters          = var.converters
  transforms          = var.transforms
  predicates          = var.predicates
  consumer_config     = var.consumer_config
  producer_config     = var.producer_config
  state               = var.state
  auto_restart        = var.auto_restart
  namespace           = var.namespace
  labels              = var.labels
  annotations         = var.annotations
  wait                = var.wait
  rollback_on_failure = var.rollback_on_failure
  retry               = var.retry
  timeout             = var.timeout
  config              = merge(local.settings, var.config)
}
