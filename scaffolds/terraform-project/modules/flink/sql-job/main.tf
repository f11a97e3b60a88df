module "team" {
  source = "../../team"
}

module "this" {
  source = "{{modules}}//flink/sql-job{{ref}}"

  enabled             = var.enabled
  job_name            = var.job_name
  parallelism         = var.parallelism
  state               = var.state
  upgrade_mode        = var.upgrade_mode
  restore             = var.restore
  args                = var.args
  python              = var.python
  restart_nonce       = var.restart_nonce
  flink_configuration = var.flink_configuration
  script              = var.script
  allow_state_loss    = var.allow_state_loss
  rollback_on_failure = var.rollback_on_failure
  retry               = var.retry
  timeout             = var.timeout
  namespace           = module.team.namespace
  labels              = module.team.labels
  wait                = module.team.wait
  session_cluster     = module.team.session_cluster
}
