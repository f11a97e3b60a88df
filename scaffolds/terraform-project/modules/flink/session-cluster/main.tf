module "team" {
  source = "../../team"
}

module "this" {
  source = "{{modules}}//flink/session-cluster{{ref}}"

  enabled              = var.enabled
  job_manager          = var.job_manager
  task_manager         = var.task_manager
  task_slots           = var.task_slots
  checkpoint_interval  = var.checkpoint_interval
  flink_configuration  = var.flink_configuration
  allow_state_loss     = var.allow_state_loss
  namespace            = module.team.namespace
  labels               = module.team.labels
  wait                 = module.team.wait
  name                 = module.team.session_cluster
  storage_uri          = module.team.storage_uri
  image                = module.team.flink_image
  flink_version        = module.team.flink.version
  runner_image         = module.team.flink.runner_image
  image_pull_secrets   = module.team.flink.image_pull_secrets
  artifact_credentials = module.team.flink.artifact_credentials
  artifact_ca          = module.team.flink.artifact_ca
}
