locals {
  storage = trimsuffix(var.storage_uri, "/")

  # What the operator calls the version, and Flink's own image of it.
  flink = {
    "2.2"  = { version = "v2_2", image = "flink:2.2.0-java17" }
    "1.20" = { version = "v1_20", image = "flink:1.20.3-java17" }
  }[var.flink_version]

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

  # Where the runner finds what private servers of artifacts want (ArtifactAccess).
  artifact_env = concat(
    var.artifact_credentials == null ? [] : [{
      name      = "SDP_ARTIFACT_NETRC"
      valueFrom = { secretKeyRef = { name = var.artifact_credentials.secret, key = var.artifact_credentials.key } }
    }],
    [for ref in var.artifact_ca == null ? [] : [var.artifact_ca] : {
      name = "SDP_ARTIFACT_CA"
      valueFrom = {
        for kind, name in { configMapKeyRef = ref.config_map, secretKeyRef = ref.secret } : kind => { name = name, key = ref.key } if name != null
      }
    }],
  )
  env = concat(
    [for name in sort(keys(var.env)) : { name = name, value = var.env[name] }],
    [for name in sort(keys(var.secret_env)) : {
      name      = name
      valueFrom = { secretKeyRef = { name = var.secret_env[name].secret, key = var.secret_env[name].key } }
    }],
    local.artifact_env,
  )
  runner_mount = { name = "sdp-runner", mountPath = "/opt/flink/lib/sdp-runner.jar", subPath = "sdp-runner.jar" }

  # The operator knows the container of Flink by its name. What is not needed is left out: nulls would be drift.
  main_container = {
    for key, value in {
      env          = length(local.env) > 0 ? local.env : null
      volumeMounts = var.runner_image != null ? [local.runner_mount] : null
    } : key => value if value != null
  }
  pod_spec = {
    for key, value in {
      containers       = length(local.main_container) > 0 ? [merge({ name = "flink-main-container" }, local.main_container)] : null
      imagePullSecrets = length(var.image_pull_secrets) > 0 ? [for name in var.image_pull_secrets : { name = name }] : null
      volumes          = var.runner_image != null ? [{ name = "sdp-runner", emptyDir = {} }] : null
      initContainers = var.runner_image != null ? [{
        name         = "sdp-runner"
        image        = var.runner_image
        command      = ["cp", "/sdp-runner.jar", "/runner/sdp-runner.jar"]
        volumeMounts = [{ name = "sdp-runner", mountPath = "/runner" }]
      }] : null
    } : key => value if value != null
  }
}

resource "sdp_flink_deployment" "this" {
  count = var.enabled ? 1 : 0

  name        = var.name
  namespace   = var.namespace
  labels      = var.labels
  annotations = var.annotations

  allow_state_loss = var.allow_state_loss

  image               = coalesce(var.image, local.flink.image)
  flink_version       = local.flink.version
  service_account     = var.service_account
  flink_configuration = merge(local.safe_configuration, var.flink_configuration)
  pod_template        = length(local.pod_spec) > 0 ? { apiVersion = "v1", kind = "Pod", spec = local.pod_spec } : null

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
