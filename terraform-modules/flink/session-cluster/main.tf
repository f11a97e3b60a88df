locals {
  storage = trimsuffix(var.storage_uri, "/")

  # What keeps jobs and their state through the loss of a JobManager, a change of the cluster, a cancelled job.
  safe_configuration = {
    "taskmanager.numberOfTaskSlots"                             = tostring(var.task_slots)
    "high-availability.type"                                    = "kubernetes"
    "high-availability.storageDir"                              = "${local.storage}/ha"
    "state.checkpoints.dir"                                     = "${local.storage}/checkpoints"
    "state.savepoints.dir"                                      = "${local.storage}/savepoints"
    "execution.checkpointing.interval"                          = var.checkpoint_interval
    "execution.checkpointing.externalized-checkpoint-retention" = "RETAIN_ON_CANCELLATION"
  }
}

resource "sdp_flink_deployment" "this" {
  count = var.enabled ? 1 : 0

  name        = var.name
  namespace   = var.namespace
  labels      = var.labels
  annotations = var.annotations

  allow_state_loss = var.allow_state_loss

  image               = var.image
  flink_version       = var.flink_version
  service_account     = var.service_account
  flink_configuration = merge(local.safe_configuration, var.flink_configuration)

  job_manager = {
    replicas = var.job_manager.replicas
    resource = {
      cpu    = var.job_manager.cpu
      memory = var.job_manager.memory
    }
  }

  task_manager = {
    replicas = var.task_manager.replicas
    resource = {
      cpu    = var.task_manager.cpu
      memory = var.task_manager.memory
    }
  }
}

resource "sdp_rollout" "this" {
  count = var.enabled && var.wait ? 1 : 0

  kind      = "FlinkDeployment"
  name      = sdp_flink_deployment.this[0].name
  namespace = sdp_flink_deployment.this[0].namespace
  revision  = sdp_flink_deployment.this[0].revision
  timeout   = var.timeout
}
