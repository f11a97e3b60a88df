locals {
  error_handling = {
    for key, value in {
      "errors.tolerance"                                = var.errors.tolerance
      "errors.retry.timeout"                            = var.errors.retry_timeout_ms
      "errors.log.enable"                               = var.errors.log
      "errors.log.include.messages"                     = var.errors.log_messages
      "errors.deadletterqueue.topic.name"               = var.errors.dead_letter_topic
      "errors.deadletterqueue.topic.replication.factor" = var.errors.dead_letter_topic == null ? null : tostring(var.errors.dead_letter_replication_factor)
      "errors.deadletterqueue.context.headers.enable"   = var.errors.dead_letter_topic == null ? null : "true"
    } : key => tostring(value) if value != null
  }
  topics = {
    for key, value in {
      "topics"       = var.topics == null ? null : join(",", [for topic in split(",", var.topics) : trimspace(topic)])
      "topics.regex" = var.topics_regex
    } : key => value if value != null
  }
  consumer = { for key, value in var.consumer_config : "consumer.override.${key}" => value }
  producer = { for key, value in var.producer_config : "producer.override.${key}" => value }
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
  config = merge(local.error_handling, local.topics, local.converters, local.transforms, local.consumer, local.producer, var.config)
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

  lifecycle {
    precondition {
      condition     = (var.topics == null) != (var.topics_regex == null)
      error_message = "The sink ${var.name} needs topics or topics_regex, and not both."
    }
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
