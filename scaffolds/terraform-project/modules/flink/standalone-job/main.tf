module "team" {
  source = "../../team"
}

module "this" {
  source = "{{modules}}//flink/standalone-job{{ref}}"

  enabled              = var.enabled
  job_name             = var.job_name
  parallelism          = var.parallelism
  state                = var.state
  upgrade_mode         = var.upgrade_mode
  restore              = var.restore
  args                 = var.args
  python               = var.python
  restart_nonce        = var.restart_nonce
  flink_configuration  = var.flink_configuration
  job_type             = var.job_type
  script               = var.script
  py_module            = var.py_module
  py_archive_uri       = var.py_archive_uri
  py_archive_sha256    = var.py_archive_sha256
  py_requirements      = var.py_requirements
  jar_uri              = var.jar_uri
  entry_class          = var.entry_class
  checkpoint_config    = var.checkpoint_config
  jm_resource          = var.jm_resource
  tm_resource          = var.tm_resource
  task_slots           = var.task_slots
  env                  = var.env
  secret_env           = var.secret_env
  ingress              = var.ingress
  monitoring           = var.monitoring
  allow_state_loss     = var.allow_state_loss
  rollback_on_failure  = var.rollback_on_failure
  retry                = var.retry
  timeout              = var.timeout
  namespace            = module.team.namespace
  labels               = module.team.labels
  wait                 = module.team.wait
  flink_image          = var.flink_image == null ? module.team.flink_image : var.flink_image
  flink_version        = var.flink_version == null ? module.team.flink.version : var.flink_version
  runner_image         = module.team.flink.runner_image
  image_pull_secrets   = module.team.flink.image_pull_secrets
  artifact_credentials = module.team.flink.artifact_credentials
  artifact_ca          = module.team.flink.artifact_ca
  storage_uri          = module.team.storage_uri
}
