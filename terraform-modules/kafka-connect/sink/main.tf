locals {
  error_handling = {
    for key, value in {
      "errors.tolerance"                              = var.errors.tolerance
      "errors.log.enable"                             = tostring(var.errors.log)
      "errors.deadletterqueue.topic.name"             = var.errors.dead_letter_topic
      "errors.deadletterqueue.context.headers.enable" = var.errors.dead_letter_topic == null ? null : "true"
    } : key => value if value != null
  }
  topics = {
    for key, value in {
      "topics"       = var.topics == null ? null : join(",", [for topic in split(",", var.topics) : trimspace(topic)])
      "topics.regex" = var.topics_regex
    } : key => value if value != null
  }
  config = merge(local.error_handling, local.topics, var.config)
}

resource "sdp_kafka_connector" "this" {
  count = var.enabled ? 1 : 0

  name        = var.name
  namespace   = var.namespace
  labels      = var.labels
  annotations = var.annotations

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
}
