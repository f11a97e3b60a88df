module "team" {
  source = "../../modules/team"
}

module "this" {
  source = "{{modules}}//kafka-connect/sink-iceberg{{ref}}"

  enabled            = var.module_enabled
  name               = var.name
  cluster            = var.cluster
  topics             = var.topics
  topics_regex       = var.topics_regex
  catalog            = var.catalog
  tables             = var.tables
  route_field        = var.route_field
  auto_create        = var.auto_create
  evolve_schema      = var.evolve_schema
  commit_interval_ms = var.commit_interval_ms
  control_topic      = var.control_topic
  tasks_max          = var.tasks_max
  config             = var.config
  errors             = var.errors
  converters         = var.converters
  transforms         = var.transforms
  predicates         = var.predicates
  consumer_config    = var.consumer_config
  producer_config    = var.producer_config
  state              = var.state
  namespace          = module.team.namespace
  labels             = module.team.labels
  wait               = module.team.wait
}
