locals {
  # Resolved by the Connect cluster: the values of the Secret are in no plan and no state.
  secret    = "${coalesce(var.database.secret.namespace, var.namespace, "default")}/${var.database.secret.name}"
  reference = "$${secrets:${local.secret}:%s}"
  slot      = coalesce(var.slot_name, replace(var.name, "/[^a-z0-9_]/", "_"))
  settings = {
    for key, value in {
      "topic.prefix"                = var.topic_prefix
      "database.hostname"           = var.database.hostname
      "database.port"               = tostring(var.database.port)
      "database.dbname"             = var.database.dbname
      "database.sslmode"            = var.database.sslmode
      "database.user"               = format(local.reference, var.database.secret.user_key)
      "database.password"           = format(local.reference, var.database.secret.password_key)
      "table.include.list"          = length(var.tables) == 0 ? null : join(",", var.tables)
      "plugin.name"                 = "pgoutput"
      "slot.name"                   = local.slot
      "publication.name"            = coalesce(var.publication.name, local.slot)
      "publication.autocreate.mode" = var.publication.autocreate_mode
      "snapshot.mode"               = var.snapshot_mode
      "heartbeat.interval.ms"       = tostring(var.heartbeat_interval_ms)
    } : key => value if value != null
  }
}

module "source" {
  source = "../source"

  class               = "io.debezium.connector.postgresql.PostgresConnector"
  enabled             = var.enabled
  name                = var.name
  cluster             = var.cluster
  errors              = var.errors
  converters          = var.converters
  transforms          = var.transforms
  predicates          = var.predicates
  producer_config     = var.producer_config
  topic_creation      = var.topic_creation
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
