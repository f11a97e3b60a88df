locals {
  config = var.config
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
}

resource "sdp_rollout" "this" {
  count = var.enabled && var.wait ? 1 : 0

  kind      = "KafkaConnector"
  name      = sdp_kafka_connector.this[0].name
  namespace = sdp_kafka_connector.this[0].namespace
  revision  = sdp_kafka_connector.this[0].revision
  timeout   = var.timeout
}
