module "team" {
  source = "../../team"
}

module "this" {
  source = "{{modules}}//flink/python-job{{ref}}"

  enabled             = var.enabled
  job_name            = var.job_name
  parallelism         = var.parallelism
  state               = var.state
  upgrade_mode        = var.upgrade_mode
  restore             = var.restore
  args                = var.args
  restart_nonce       = var.restart_nonce
  flink_configuration = var.flink_configuration
  py_module           = var.py_module
  py_archive_uri      = var.py_archive_uri
  py_archive_sha256   = var.py_archive_sha256
  py_requirements     = var.py_requirements
  checkpoint_config   = var.checkpoint_config
  allow_state_loss    = var.allow_state_loss
  rollback_on_failure = var.rollback_on_failure
  retry               = var.retry
  timeout             = var.timeout
  namespace           = module.team.namespace
  labels              = module.team.labels
  wait                = module.team.wait
  session_cluster     = module.team.session_cluster
}
