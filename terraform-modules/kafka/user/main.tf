resource "sdp_kafka_user" "this" {
  count = var.enabled ? 1 : 0

  name        = var.name
  namespace   = var.namespace
  labels      = var.labels
  annotations = var.annotations

  cluster = var.cluster
  authentication = var.authentication == null ? null : {
    type     = var.authentication
    password = var.password_secret == null ? null : { value_from = { secret_key_ref = var.password_secret } }
  }
  authorization = length(var.acls) == 0 ? null : { type = "simple", acls = var.acls }
  quotas        = var.quotas
}

resource "sdp_rollout" "this" {
  count = var.enabled && var.wait ? 1 : 0

  kind      = "KafkaUser"
  name      = sdp_kafka_user.this[0].name
  namespace = sdp_kafka_user.this[0].namespace
  revision  = sdp_kafka_user.this[0].revision
  timeout   = var.timeout
}
