locals {
  # Resolved by the Connect cluster: the values of the Secret are in no plan and no state.
  secret    = "${coalesce(var.vertica_target.secret.namespace, var.namespace, "default")}/${var.vertica_target.secret.name}"
  reference = "$${secrets:${local.secret}:%s}"
  error_handling = {
    for key, value in {
      "errors.tolerance"                              = var.errors.tolerance
      "errors.log.enable"                             = tostring(var.errors.log)
      "errors.deadletterqueue.topic.name"             = var.errors.dead_letter_topic
      "errors.deadletterqueue.context.headers.enable" = var.errors.dead_letter_topic == null ? null : "true"
    } : key => value if value != null
  }
  connection = {
    for key, value in {
      "topics"      = join(",", [for topic in split(",", var.topics) : trimspace(topic)])
      "vc.url"      = var.vertica_target.url
      "vc.schema"   = var.vertica_target.schema
      "vc.user"     = format(local.reference, var.vertica_target.secret.user_key)
      "vc.password" = format(local.reference, var.vertica_target.secret.password_key)
      "insert.mode" = "insert"
    } : key => value if value != null
  }
  config = merge(local.error_handling, local.connection, var.task_config)
}

resource "sdp_kafka_connector" "this" {
  count = var.enabled ? 1 : 0

  name        = var.name
  namespace   = var.namespace
  labels      = var.labels
  annotations = var.annotations

  cluster   = var.cluster
  class     = "internal.sdp.connect.vertica.VerticaSinkConnector"
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
