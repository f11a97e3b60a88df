module "team" {
  source = "../../modules/team"
}

module "this" {
  source = "{{modules}}//kafka-connect/source{{ref}}"

  enabled         = var.module_enabled
  name            = var.name
  cluster         = var.cluster
  class           = var.class
  tasks_max       = var.tasks_max
  config          = var.config
  errors          = var.errors
  converters      = var.converters
  transforms      = var.transforms
  predicates      = var.predicates
  producer_config = var.producer_config
  topic_creation  = var.topic_creation
  state           = var.state
  namespace       = module.team.namespace
  labels          = module.team.labels
  wait            = module.team.wait
}
