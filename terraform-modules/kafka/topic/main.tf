resource "sdp_kafka_topic" "this" {
  count = var.enabled ? 1 : 0

  name        = var.name
  namespace   = var.namespace
  labels      = var.labels
  annotations = var.annotations

  cluster    = var.cluster
  topic_name = var.topic_name
  partitions = var.partitions
  replicas   = var.replicas
  config     = var.config

  force_destroy = var.force_destroy
}

resource "sdp_rollout" "this" {
  count = var.enabled && var.wait ? 1 : 0

  kind      = "KafkaTopic"
  name      = sdp_kafka_topic.this[0].name
  namespace = sdp_kafka_topic.this[0].namespace
  revision  = sdp_kafka_topic.this[0].revision
  timeout   = var.timeout
}
