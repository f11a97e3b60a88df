locals {
  # Resolved by the Connect cluster: the values of the Secret are in no plan and no state.
  secret    = "${coalesce(var.jdbc_target.secret.namespace, var.namespace, "default")}/${var.jdbc_target.secret.name}"
  reference = "$${secrets:${local.secret}:%s}"
  settings = {
    for key, value in {
      "connection.url"         = var.jdbc_target.url
      "connection.username"    = format(local.reference, var.jdbc_target.secret.user_key)
      "connection.password"    = format(local.reference, var.jdbc_target.secret.password_key)
      "collection.name.format" = var.table
      "insert.mode"            = var.insert_mode
      "primary.key.mode"       = var.primary_key.mode
      "primary.key.fields"     = length(var.primary_key.fields) == 0 ? null : join(",", var.primary_key.fields)
      "delete.enabled"         = tostring(var.delete_enabled)
      "schema.evolution"       = var.schema_evolution
    } : key => value if value != null
  }
}

module "sink" {
  source = "../sink"

  class               = "io.debezium.connector.jdbc.JdbcSinkConnector"
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
