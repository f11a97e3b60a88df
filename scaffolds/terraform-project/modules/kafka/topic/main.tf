module "team" {
  source = "../../team"
}

module "this" {
  source = "{{modules}}//kafka/topic{{ref}}"

  enabled       = var.enabled
  name          = var.name
  topic_name    = var.topic_name
  partitions    = var.partitions
  replicas      = var.replicas
  config        = var.config
  force_destroy = var.force_destroy
  namespace     = module.team.namespace
  labels        = module.team.labels
  wait          = module.team.wait
  cluster       = module.team.kafka_cluster
}
