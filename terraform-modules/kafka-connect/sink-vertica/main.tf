locals {
  # Resolved by the Connect cluster: the values of the Secret are in no plan and no state.
  secret    = "${coalesce(var.vertica_target.secret.namespace, var.namespace, "default")}/${var.vertica_target.secret.name}"
  reference = "$${secrets:${local.secret}:%s}"
  settings = {
    for key, value in {
      "vc.url"      = var.vertica_target.url
      "vc.schema"   = var.vertica_target.schema
      "vc.user"     = format(local.reference, var.vertica_target.secret.user_key)
      "vc.password" = format(local.reference, var.vertica_target.secret.password_key)
      "insert.mode" = "insert"
      "batch.size"  = "5000"
    } : key => value if value != null
  }
  config = merge(local.settings, var.task_config)
  # What a consumer polls at once is one transaction, and Vertica likes large ones. Kafka's own default is 500.
  consumer_config = {
    for key, value in merge({ "max.poll.records" = local.config["batch.size"] }, var.consumer_config) : key => value if value != null
  }
}

module "sink" {
  source = "../sink"

  class               = "internal.sdp.connect.vertica.VerticaSinkConnector"
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
  consumer_config     = local.consumer_config
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
  config              = local.config
}

# The connector was declared here until the module called the one for any sink.
moved {
  from = sdp_kafka_connector.this
  to   = module.sink.sdp_kafka_connector.this
}

moved {
  from = sdp_rollout.this
  to   = module.sink.sdp_rollout.this
}
