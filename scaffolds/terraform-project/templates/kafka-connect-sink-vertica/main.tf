module "team" {
  source = "../../modules/team"
}

module "this" {
  source = "{{modules}}//kafka-connect/sink-vertica{{ref}}"

  enabled        = var.module_enabled
  name           = var.name
  topics         = var.topics
  vertica_target = var.vertica_target
  cluster        = var.cluster
  task_config    = var.task_config
  tasks_max      = var.tasks_max
  state          = var.state
  errors         = var.errors
  namespace      = module.team.namespace
  labels         = module.team.labels
  wait           = module.team.wait
}
