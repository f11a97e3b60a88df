module "team" {
  source = "../../modules/team"
}

module "this" {
  source = "{{modules}}//kafka-connect/source-debezium-postgres{{ref}}"

  enabled               = var.module_enabled
  name                  = var.name
  cluster               = var.cluster
  database              = var.database
  topic_prefix          = var.topic_prefix
  tables                = var.tables
  slot_name             = var.slot_name
  publication           = var.publication
  snapshot_mode         = var.snapshot_mode
  heartbeat_interval_ms = var.heartbeat_interval_ms
  config                = var.config
  errors                = var.errors
  converters            = var.converters
  transforms            = var.transforms
  predicates            = var.predicates
  producer_config       = var.producer_config
  topic_creation        = var.topic_creation
  state                 = var.state
  namespace             = module.team.namespace
  labels                = module.team.labels
  wait                  = module.team.wait
}
