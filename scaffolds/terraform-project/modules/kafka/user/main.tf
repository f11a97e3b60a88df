module "team" {
  source = "../../team"
}

module "this" {
  source = "{{modules}}//kafka/user{{ref}}"

  enabled         = var.enabled
  name            = var.name
  authentication  = var.authentication
  password_secret = var.password_secret
  acls            = var.acls
  quotas          = var.quotas
  namespace       = module.team.namespace
  labels          = module.team.labels
  wait            = module.team.wait
  cluster         = module.team.kafka_cluster
}
