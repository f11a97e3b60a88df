locals {
  # "Job_One" is the job job-one.
  name = trim(replace(lower(var.job_name), "/[^a-z0-9]+/", "-"), "-")

  # A changed job keeps its state, and so does one that is deleted and made again from its savepoint.
  safe_configuration = var.upgrade_mode == "stateless" ? {} : {
    "kubernetes.operator.job.savepoint-on-deletion" = "true"
  }
  checkpoint_configuration = {
    for key, value in {
      "execution.checkpointing.interval"  = var.checkpoint_config.interval
      "execution.checkpointing.timeout"   = var.checkpoint_config.timeout
      "execution.checkpointing.min-pause" = var.checkpoint_config.min_pause
      "execution.checkpointing.mode"      = var.checkpoint_config.mode
    } : key => value if value != null
  }
  flink_configuration = merge(local.safe_configuration, local.checkpoint_configuration, var.flink_configuration)
}

resource "sdp_flink_session_job" "this" {
  count = var.enabled ? 1 : 0

  name        = local.name
  namespace   = var.namespace
  labels      = var.labels
  annotations = var.annotations
  retry       = var.retry

  allow_state_loss = var.allow_state_loss
  restore          = var.restore

  deployment_name     = var.session_cluster
  restart_nonce       = var.restart_nonce
  flink_configuration = local.flink_configuration

  job = {
    parallelism              = var.parallelism
    state                    = var.state
    upgrade_mode             = var.upgrade_mode
    initial_savepoint_path   = var.initial_savepoint_path
    allow_non_restored_state = var.allow_non_restored_state
    savepoint_redeploy_nonce = var.savepoint_redeploy_nonce
  }

  python = {
    archive_uri    = var.py_archive_uri
    archive_sha256 = var.py_archive_sha256
    module         = var.py_module
    requirements   = var.py_requirements
    parameters     = var.args
  }
}

resource "sdp_rollout" "this" {
  count = var.enabled && var.wait ? 1 : 0

  kind      = "FlinkSessionJob"
  name      = sdp_flink_session_job.this[0].name
  namespace = sdp_flink_session_job.this[0].namespace
  revision  = sdp_flink_session_job.this[0].revision
  timeout   = var.timeout

  rollback_on_failure = var.rollback_on_failure
}
