module "team" {
  source = "../../modules/team"
}

module "this" {
  source = "{{modules}}//kafka-connect/mirror{{ref}}"

  enabled            = var.module_enabled
  name               = var.name
  cluster            = var.cluster
  source_cluster     = var.source_cluster
  target_cluster     = var.target_cluster
  topics             = var.topics
  topics_exclude     = var.topics_exclude
  keep_names         = var.keep_names
  replication_factor = var.replication_factor
  sync_topic_configs = var.sync_topic_configs
  sync_topic_acls    = var.sync_topic_acls
  offset_syncs       = var.offset_syncs
  checkpoints        = var.checkpoints
  tasks_max          = var.tasks_max
  config             = var.config
  errors             = var.errors
  transforms         = var.transforms
  predicates         = var.predicates
  producer_config    = var.producer_config
  state              = var.state
  namespace          = module.team.namespace
  labels             = module.team.labels
  wait               = module.team.wait
}
