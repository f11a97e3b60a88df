module "team" {
  source = "../../modules/team"
}

module "this" {
  source = "{{modules}}//kafka-connect/sink{{ref}}"

  enabled         = var.module_enabled
  name            = var.name
  cluster         = var.cluster
  class           = var.class
  topics          = var.topics
  topics_regex    = var.topics_regex
  tasks_max       = var.tasks_max
  config          = var.config
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
