module "team" {
  source = "../../modules/team"
}

module "this" {
  source = "{{modules}}//kafka-connect/sink{{ref}}"

  enabled   = var.module_enabled
  name      = var.name
  topics    = var.topics
  cluster   = var.cluster
  class     = var.class
  tasks_max = var.tasks_max
  config    = var.config
  state     = var.state
  errors    = var.errors
  namespace = module.team.namespace
  labels    = module.team.labels
  wait      = module.team.wait
}
