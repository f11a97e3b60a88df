module "team" {
  source = "../../team"
}

module "this" {
  source = "{{modules}}//kafka-connect/cluster{{ref}}"

  enabled            = var.enabled
  name               = var.name
  bootstrap_servers  = var.bootstrap_servers
  tls                = var.tls
  authentication     = var.authentication
  kafka_cluster      = var.kafka_cluster
  kafka_namespace    = var.kafka_namespace
  replicas           = var.replicas
  group_id           = var.group_id
  plugins            = var.plugins
  plugin_repository  = var.plugin_repository
  build              = var.build
  config             = var.config
  replication_factor = var.replication_factor
  resources          = var.resources
  jvm_heap           = var.jvm_heap
  namespace          = module.team.namespace
  labels             = module.team.labels
  wait               = module.team.wait
}
