mock_provider "sdp" {}

run "safe_defaults" {
  command = plan

  assert {
    condition     = sdp_flink_deployment.this[0].flink_configuration["high-availability.type"] == "kubernetes"
    error_message = "jobs outlive their JobManager"
  }
  assert {
    condition     = sdp_flink_deployment.this[0].flink_configuration["execution.checkpointing.externalized-checkpoint-retention"] == "RETAIN_ON_CANCELLATION"
    error_message = "checkpoints outlive their job"
  }
  assert {
    condition     = sdp_flink_deployment.this[0].flink_configuration["state.savepoints.dir"] == "file:///flink-data/savepoints"
    error_message = "savepoints have a place"
  }
  assert {
    condition     = sdp_flink_deployment.this[0].flink_version == "v2_2" && sdp_rollout.this[0].kind == "FlinkDeployment"
    error_message = "a Flink 2.2 cluster that is waited for"
  }
  assert {
    condition     = sdp_flink_deployment.this[0].image == "flink:2.2.0-java17" && sdp_flink_deployment.this[0].pod_template == null
    error_message = "Flink's own image, and pods as the operator makes them"
  }
}

run "older_flink_with_a_runner" {
  command = plan

  variables {
    flink_version        = "1.20"
    runner_image         = "registry/sdp-runner:1"
    image_pull_secrets   = ["registry"]
    artifact_credentials = { secret = "artifacts" }
    artifact_ca          = { config_map = "company-ca" }
  }

  assert {
    condition     = sdp_flink_deployment.this[0].image == "flink:1.20.3-java17" && sdp_flink_deployment.this[0].flink_version == "v1_20"
    error_message = "image and version fit"
  }
  assert {
    condition     = sdp_flink_deployment.this[0].pod_template.spec.containers[0].volumeMounts[0].mountPath == "/opt/flink/lib/sdp-runner.jar" && sdp_flink_deployment.this[0].pod_template.spec.initContainers[0].image == "registry/sdp-runner:1"
    error_message = "session jobs have the runner on the cluster's classpath"
  }
  assert {
    condition     = [for item in sdp_flink_deployment.this[0].pod_template.spec.containers[0].env : item.name] == ["SDP_ARTIFACT_NETRC", "SDP_ARTIFACT_CA"]
    error_message = "credentials are named, not given"
  }
  assert {
    condition     = sdp_flink_deployment.this[0].pod_template.spec.imagePullSecrets[0].name == "registry"
    error_message = "images come from private registries"
  }
}

run "own_values" {
  command = plan

  variables {
    name                = "analytics"
    storage_uri         = "s3a://bucket/flink/"
    task_slots          = "2"
    job_manager         = { memory = "2g", cpu = "0.5" }
    task_manager        = { memory = "4Gi", cpu = 2, replicas = 3 }
    flink_configuration = { "execution.checkpointing.interval" = "10 s", "web.refresh-interval" = 4000 }
  }

  assert {
    condition     = sdp_flink_deployment.this[0].flink_configuration["state.checkpoints.dir"] == "s3a://bucket/flink/checkpoints"
    error_message = "all state is below the storage URI"
  }
  assert {
    condition     = sdp_flink_deployment.this[0].flink_configuration["execution.checkpointing.interval"] == "10 s" && sdp_flink_deployment.this[0].flink_configuration["web.refresh-interval"] == "4000"
    error_message = "own configuration goes over the defaults"
  }
  assert {
    condition     = sdp_flink_deployment.this[0].job_manager.resource.cpu == 0.5 && sdp_flink_deployment.this[0].task_manager.replicas == 3
    error_message = "resources are passed on"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    name          = "Analytics"
    flink_version = 1.20
    storage_uri   = "/data"
    task_slots    = 0
    job_manager   = { memory = "much" }
    timeout       = "later"
  }

  expect_failures = [var.name, var.flink_version, var.storage_uri, var.task_slots, var.job_manager, var.timeout]
}
