# OpenTofu makes up text for what is computed, which would be no namespace.
mock_provider "sdp" {
  mock_resource "sdp_flink_deployment" {
    defaults = {
      namespace = "default"
    }
  }
}

variables {
  job_name       = "standalone-job"
  job_type       = "python"
  py_module      = "standalone.job"
  py_archive_uri = "http://pypi/packages/standalone-job/1.0.2/standalone_job-1.0.2.tar.gz"
}

run "published_example" {
  command = plan

  variables {
    enabled     = true
    state       = "running"
    parallelism = "1"
    args = {
      "source.topics" = "topic1,topic2"
    }
    checkpoint_config = {
      "interval" = "2 min"
      "timeout"  = "2 min"
      "s3_path"  = "s3a://bucket/flink/standalone-job"
    }
    tm_resource = {
      "cpu"    = "2"
      "memory" = "8G"
    }
    flink_image = "registry/flink-image:210224-02"
  }

  assert {
    condition     = sdp_flink_deployment.this[0].job.parallelism == 1 && sdp_flink_deployment.this[0].task_manager.resource.cpu == 2
    error_message = "numbers may be text"
  }

  assert {
    condition     = sdp_flink_deployment.this[0].image == "registry/flink-image:210224-02"
    error_message = "the image is the given one"
  }

  assert {
    condition     = sdp_flink_deployment.this[0].flink_configuration["state.savepoints.dir"] == "s3a://bucket/flink/standalone-job/savepoints"
    error_message = "state lies below s3_path"
  }

  assert {
    condition     = sdp_flink_deployment.this[0].flink_configuration["high-availability.type"] == "kubernetes" && sdp_flink_deployment.this[0].flink_configuration["execution.checkpointing.externalized-checkpoint-retention"] == "RETAIN_ON_CANCELLATION"
    error_message = "the defaults are the safe ones"
  }

  assert {
    condition     = sdp_flink_deployment.this[0].flink_configuration["execution.checkpointing.timeout"] == "2 min" && sdp_flink_deployment.this[0].job.upgrade_mode == "savepoint"
    error_message = "checkpoints are as asked for"
  }

  assert {
    condition     = sdp_manifest.metrics_service[0].manifest.spec.selector.app == "standalone-job"
    error_message = "the Service is that of the job"
  }

  assert {
    condition     = sdp_manifest.ingress[0].manifest.spec.rules[0].http.paths[0].backend.service.name == "standalone-job-rest"
    error_message = "the Ingress leads to the Flink UI"
  }

  assert {
    condition     = sdp_manifest.service_monitor[0].manifest.spec.endpoints[0].port == "metrics"
    error_message = "Prometheus scrapes the Service"
  }
}

run "java" {
  command = plan

  variables {
    job_type       = "java"
    py_module      = null
    py_archive_uri = null
    jar_uri        = "local:///opt/flink/usrlib/job.jar"
    args           = { "a" = "b" }
  }

  assert {
    condition     = sdp_flink_deployment.this[0].job.jar_uri == "local:///opt/flink/usrlib/job.jar" && sdp_flink_deployment.this[0].job.args == tolist(["--a", "b"]) && sdp_flink_deployment.this[0].python == null
    error_message = "the jar is run"
  }
}

run "older_flink" {
  command = plan

  variables {
    flink_version = "1.20"
  }

  assert {
    condition     = sdp_flink_deployment.this[0].image == "flink:1.20.3-java17" && sdp_flink_deployment.this[0].flink_version == "v1_20"
    error_message = "image and version fit"
  }
}

run "private_python" {
  command = plan

  variables {
    flink_image          = "registry/flink-image:210224-02"
    runner_image         = "registry/sdp-runner:1"
    image_pull_secrets   = ["registry"]
    artifact_credentials = { secret = "artifacts" }
    artifact_ca          = { secret = "company-ca", key = "tls.crt" }
  }

  assert {
    condition     = sdp_flink_deployment.this[0].pod_template.spec.containers[0].volumeMounts[0].subPath == "sdp-runner.jar" && sdp_flink_deployment.this[0].pod_template.spec.imagePullSecrets[0].name == "registry"
    error_message = "the runner lies beside what the image has"
  }

  assert {
    condition     = sdp_flink_deployment.this[0].pod_template.spec.containers[0].env[0].valueFrom.secretKeyRef.key == "netrc" && sdp_flink_deployment.this[0].pod_template.spec.containers[0].env[1].valueFrom.secretKeyRef.key == "tls.crt"
    error_message = "credentials and CA come from Secrets"
  }

  assert {
    condition     = !contains(keys(sdp_flink_deployment.this[0].flink_configuration), "env.java.default-opts.jobmanager")
    error_message = "the runner itself fetches archives"
  }
}

run "private_jar" {
  command = plan

  variables {
    job_type             = "java"
    py_module            = null
    py_archive_uri       = null
    jar_uri              = "https://maven.example.com/job.jar"
    runner_image         = "registry/sdp-runner:1"
    artifact_credentials = { secret = "artifacts" }
  }

  assert {
    condition     = sdp_flink_deployment.this[0].flink_configuration["env.java.default-opts.jobmanager"] == "-javaagent:/opt/flink/usrlib/sdp-runner.jar" && sdp_flink_deployment.this[0].pod_template.spec.volumes[0].name == "sdp-runner"
    error_message = "Flink fetches the jar with what the runner knows"
  }
}

run "bare" {
  command = plan

  variables {
    ingress    = { enabled = false }
    monitoring = { enabled = false }
  }

  assert {
    condition     = length(sdp_manifest.ingress) + length(sdp_manifest.metrics_service) + length(sdp_manifest.service_monitor) == 0
    error_message = "only the FlinkDeployment is declared"
  }

  assert {
    condition     = !contains(keys(sdp_flink_deployment.this[0].flink_configuration), "metrics.reporters")
    error_message = "nothing reports metrics"
  }
}

run "pods" {
  command = plan

  variables {
    env          = { "LEVEL" = "debug" }
    secret_env   = { "TOKEN" = { secret = "api", key = "token" } }
    runner_image = "registry/sdp-runner:1"
  }

  assert {
    condition     = [for item in sdp_flink_deployment.this[0].pod_template.spec.containers[0].env : item.name] == ["LEVEL", "TOKEN"]
    error_message = "variables are those of the container"
  }

  assert {
    condition     = sdp_flink_deployment.this[0].pod_template.spec.initContainers[0].image == "registry/sdp-runner:1"
    error_message = "the runner is brought by an init container"
  }
}

run "ingress" {
  command = plan

  variables {
    ingress = { host = "job.example.com", class_name = "nginx", tls_secret = "tls", annotations = { "a" = "b" } }
  }

  assert {
    condition     = output.ui_host == "job.example.com" && sdp_manifest.ingress[0].manifest.spec.tls[0].secretName == "tls"
    error_message = "the Ingress is as asked for"
  }
}

run "disabled" {
  command = plan

  variables {
    enabled = false
  }

  assert {
    condition     = length(sdp_flink_deployment.this) == 0 && length(sdp_rollout.this) == 0
    error_message = "nothing is declared"
  }

  assert {
    condition     = length(sdp_manifest.ingress) == 0
    error_message = "nothing beside it either"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    job_name          = "a-name-with-more-than-forty-five-characters-in-it"
    job_type          = "scala"
    tm_resource       = { memory = "much" }
    jm_resource       = { cpu = 0 }
    checkpoint_config = { s3_path = "bucket" }
    monitoring        = { interval = "often" }
    flink_version     = "2.1"
    artifact_ca       = { config_map = "a", secret = "b" }
  }

  expect_failures = [var.job_name, var.job_type, var.tm_resource, var.jm_resource, var.checkpoint_config, var.monitoring, var.flink_version, var.artifact_ca]
}

run "refuses_misplaced_functions" {
  command = plan

  variables {
    python = { archive_uri = "https://pypi.example.com/functions-1.0.0.tar.gz" }
  }

  expect_failures = [sdp_flink_deployment.this]
}

run "refuses_misplaced" {
  command = plan

  variables {
    jar_uri = "local:///job.jar"
  }

  expect_failures = [sdp_flink_deployment.this]
}

run "refuses_python" {
  command = plan

  variables {
    py_module = null
  }

  expect_failures = [sdp_flink_deployment.this]
}
