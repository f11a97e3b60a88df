module "team" {
  source = "../../modules/team"
}

module "this" {
  source = "{{modules}}//kafka-connect/sink-vertica{{ref}}"

  enabled         = var.module_enabled
  name            = var.name
  cluster         = var.cluster
  topics          = var.topics
  topics_regex    = var.topics_regex
  vertica_target  = var.vertica_target
  task_config     = var.task_config
  tasks_max       = var.tasks_max
  errors          = var.errors
  converters      = var.converters
  transforms      = var.transforms
  predicates      = var.predicates
  consumer_config = var.consumer_config
  producer_config = var.producer_config
  state           = var.state
  namespace       = module.team.namespace
  labels          = module.team.labels
  wait            = module.team.wait
}
