locals {
  error_handling = {
    for key, value in {
      "errors.tolerance"            = var.errors.tolerance
      "errors.retry.timeout"        = var.errors.retry_timeout_ms
      "errors.log.enable"           = var.errors.log
      "errors.log.include.messages" = var.errors.log_messages
    } : key => tostring(value) if value != null
  }
  producer = { for key, value in var.producer_config : "producer.override.${key}" => value }
  topic_creation = merge([
    for topic in var.topic_creation[*] : merge(
      { for key, value in topic.config : "topic.creation.default.${key}" => value },
      {
        "topic.creation.default.replication.factor" = tostring(topic.replication_factor)
        "topic.creation.default.partitions"         = tostring(topic.partitions)
      },
    )
  ]...)
  converters = merge([
    for part in ["key", "value", "header"] : merge(
      { for class in compact([try(var.converters[part].class, null)]) : "${part}.converter" => class },
      { for key, value in coalesce(try(var.converters[part].config, null), {}) : "${part}.converter.${key}" => value },
    )
  ]...)
  transforms = merge(concat(
    [for list in [join(",", var.transforms[*].name)] : { "transforms" = list } if list != ""],
    [for list in [join(",", var.predicates[*].name)] : { "predicates" = list } if list != ""],
    [for item in var.predicates : merge(
      { for key, value in item.config : "predicates.${item.name}.${key}" => value },
      { "predicates.${item.name}.type" = item.type },
    )],
    [for item in var.transforms : merge(
      { for key, value in item.config : "transforms.${item.name}.${key}" => value },
      { "transforms.${item.name}.type" = item.type },
      { for predicate in compact([item.predicate]) : "transforms.${item.name}.predicate" => predicate },
      { for predicate in compact([item.predicate]) : "transforms.${item.name}.negate" => "true" if item.negate },
    )],
  )...)
  config = merge(local.error_handling, local.converters, local.transforms, local.producer, local.topic_creation, var.config)
}

resource "sdp_kafka_connector" "this" {
  count = var.enabled ? 1 : 0

  name        = var.name
  namespace   = var.namespace
  labels      = var.labels
  annotations = var.annotations
  retry       = var.retry

  cluster   = var.cluster
  class     = var.class
  tasks_max = var.tasks_max
  state     = var.state
  config    = local.config

  auto_restart = {
    enabled      = var.auto_restart.enabled
    max_restarts = var.auto_restart.max_restarts
  }
}

resource "sdp_rollout" "this" {
  count = var.enabled && var.wait ? 1 : 0

  kind      = "KafkaConnector"
  name      = sdp_kafka_connector.this[0].name
  namespace = sdp_kafka_connector.this[0].namespace
  revision  = sdp_kafka_connector.this[0].revision
  timeout   = var.timeout

  rollback_on_failure = var.rollback_on_failure
}
