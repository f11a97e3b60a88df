locals {
  # "Job_One" is the job job-one.
  name    = trim(replace(lower(trimsuffix(var.job_name, ".sql")), "/[^a-z0-9]+/", "-"), "-")
  storage = trimsuffix(coalesce(var.checkpoint_config.s3_path, "${trimsuffix(var.storage_uri, "/")}/${local.name}"), "/")
  host    = coalesce(var.ingress.host, "${local.name}.flink.localhost")

  # What the operator calls the version, and Flink's own image of it.
  flink = {
    "2.2"  = { version = "v2_2", image = "flink:2.2.0-java17" }
    "1.20" = { version = "v1_20", image = "flink:1.20.3-java17" }
  }[var.flink_version]

  # What a user gives to one kind of job means nothing to another: a mistake, not something to ignore.
  inputs = {
    sql    = { script = var.script, python = var.python }
    python = { py_module = var.py_module, py_archive_uri = var.py_archive_uri, py_archive_sha256 = var.py_archive_sha256, py_requirements = var.py_requirements }
    java   = { jar_uri = var.jar_uri, entry_class = var.entry_class }
  }
  misplaced = flatten([for type, inputs in local.inputs : [for name, value in inputs : name if value != null && type != var.job_type]])

  script_path = coalesce(var.script, "${var.sql_directory}/jobs/${trimsuffix(var.job_name, ".sql")}.sql")
  script_file = "${path.root}/${local.script_path}"
  script_text = var.job_type == "sql" && fileexists(local.script_file) ? file(local.script_file) : ""

  # Only the DDL that the script reaches: another file that changes is not a change of this job. Where it reaches what
  # is not there, the job's own plan says so, with file and line.
  ddl = var.job_type != "sql" ? {} : {
    for name in fileset(path.root, "${var.sql_directory}/ddl/**/*.sql") : name => file("${path.root}/${name}")
  }
  ddl_paths = try(provider::sdp::sql_closure(local.script_text, local.ddl, var.args).ddl, keys(local.ddl))

  # What keeps a job and its state through the loss of a process, a change, a cancelled or deleted job.
  safe_configuration = merge({
    "taskmanager.numberOfTaskSlots"                             = tostring(var.task_slots)
    "high-availability.type"                                    = "kubernetes"
    "high-availability.storageDir"                              = "${local.storage}/ha"
    "state.checkpoints.dir"                                     = "${local.storage}/checkpoints"
    "state.savepoints.dir"                                      = "${local.storage}/savepoints"
    "execution.checkpointing.externalized-checkpoint-retention" = "RETAIN_ON_CANCELLATION"
    }, var.upgrade_mode == "stateless" ? {} : {
    "kubernetes.operator.job.savepoint-on-deletion" = "true"
  })
  checkpoint_configuration = {
    for key, value in {
      "execution.checkpointing.interval"  = var.checkpoint_config.interval
      "execution.checkpointing.timeout"   = var.checkpoint_config.timeout
      "execution.checkpointing.min-pause" = var.checkpoint_config.min_pause
      "execution.checkpointing.mode"      = var.checkpoint_config.mode
    } : key => value if value != null
  }
  metrics_configuration = var.monitoring.enabled ? {
    "metrics.reporters"                   = "prom"
    "metrics.reporter.prom.factory.class" = "org.apache.flink.metrics.prometheus.PrometheusReporterFactory"
    "metrics.reporter.prom.port"          = tostring(local.metrics_port)
  } : {}
  metrics_port = 9249
  agent_configuration = local.agent ? {
    "env.java.default-opts.jobmanager" = "-javaagent:/opt/flink/usrlib/sdp-runner.jar"
  } : {}

  env = concat(
    [for name in sort(keys(var.env)) : { name = name, value = var.env[name] }],
    [for name in sort(keys(var.secret_env)) : {
      name      = name
      valueFrom = { secretKeyRef = { name = var.secret_env[name].secret, key = var.secret_env[name].key } }
    }],
    local.artifact_env,
  )
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
  # The jar of a Java job is fetched by Flink itself, which the runner tells of them.
  agent        = var.job_type == "java" && length(local.artifact_env) > 0
  needs_runner = (var.job_type != "java" || local.agent) && var.runner_image != null
  runner_mount = { name = "sdp-runner", mountPath = "/opt/flink/usrlib/sdp-runner.jar", subPath = "sdp-runner.jar" }

  # The operator knows the container of Flink by its name. What is not needed is left out: nulls would be drift.
  main_container = {
    for key, value in {
      name         = "flink-main-container"
      env          = length(local.env) > 0 ? local.env : null
      ports        = var.monitoring.enabled ? [{ name = "metrics", containerPort = local.metrics_port, protocol = "TCP" }] : null
      volumeMounts = local.needs_runner ? [local.runner_mount] : null
    } : key => value if value != null
  }
  made_spec = {
    for key, value in {
      containers       = [local.main_container]
      imagePullSecrets = length(var.image_pull_secrets) > 0 ? [for name in var.image_pull_secrets : { name = name }] : null
      volumes          = local.needs_runner ? [{ name = "sdp-runner", emptyDir = {} }] : null
      initContainers = local.needs_runner ? [{
        name         = "sdp-runner"
        image        = var.runner_image
        command      = ["cp", "/sdp-runner.jar", "/runner/sdp-runner.jar"]
        volumeMounts = [{ name = "sdp-runner", mountPath = "/runner" }]
      }] : null
    } : key => value if value != null
  }
  pod_template = merge(
    { apiVersion = "v1", kind = "Pod" },
    var.pod_template,
    { spec = merge(local.made_spec, try(var.pod_template.spec, {})) },
  )
}

resource "sdp_flink_deployment" "this" {
  count = var.enabled ? 1 : 0

  name        = local.name
  namespace   = var.namespace
  labels      = var.labels
  annotations = var.annotations
  retry       = var.retry

  allow_state_loss = var.allow_state_loss
  restore          = var.restore

  image               = coalesce(var.flink_image, local.flink.image)
  image_pull_policy   = var.image_pull_policy
  flink_version       = local.flink.version
  service_account     = var.service_account
  restart_nonce       = var.restart_nonce
  flink_configuration = merge(local.safe_configuration, local.checkpoint_configuration, local.metrics_configuration, local.agent_configuration, var.flink_configuration)
  pod_template        = local.pod_template

  job_manager = {
    replicas = var.jm_resource.replicas
    resource = {
      cpu    = var.jm_resource.cpu
      memory = var.jm_resource.memory
    }
  }

  task_manager = {
    replicas = var.tm_resource.replicas
    resource = {
      cpu    = var.tm_resource.cpu
      memory = var.tm_resource.memory
    }
  }

  job = {
    jar_uri                  = var.job_type == "java" ? var.jar_uri : null
    entry_class              = var.job_type == "java" ? var.entry_class : null
    args                     = var.job_type == "java" ? flatten([for name, value in var.args : ["--${name}", value]]) : null
    parallelism              = var.parallelism
    state                    = var.state
    upgrade_mode             = var.upgrade_mode
    initial_savepoint_path   = var.initial_savepoint_path
    allow_non_restored_state = var.allow_non_restored_state
    savepoint_redeploy_nonce = var.savepoint_redeploy_nonce
  }

  sql = var.job_type != "sql" ? null : {
    script = {
      path = local.script_path
      text = local.script_text
    }
    ddl        = [for name in local.ddl_paths : { path = name, text = local.ddl[name] }]
    parameters = var.args
    python = var.python == null ? null : {
      archive_uri    = var.python.archive_uri
      archive_sha256 = var.python.archive_sha256
      requirements   = var.python.requirements == null ? null : join("\n", var.python.requirements)
    }
  }

  python = var.job_type != "python" ? null : {
    archive_uri    = var.py_archive_uri
    archive_sha256 = var.py_archive_sha256
    module         = var.py_module
    requirements   = var.py_requirements
    parameters     = var.args
  }

  lifecycle {
    precondition {
      condition     = length(local.misplaced) == 0
      error_message = "The job ${var.job_name} is a ${var.job_type} job, for which ${join(" and ", local.misplaced)} has no meaning. Remove it, or set job_type to what the job is."
    }
    precondition {
      condition     = var.job_type != "sql" || fileexists(local.script_file)
      error_message = "The job ${var.job_name} has no script: ${local.script_path} does not exist in ${abspath(path.root)}. Add the file, or set script to its path."
    }
    precondition {
      condition     = var.job_type != "python" || (var.py_module != null && var.py_archive_uri != null)
      error_message = "The Python job ${var.job_name} needs py_module and py_archive_uri."
    }
    precondition {
      condition     = var.job_type != "java" || var.jar_uri != null
      error_message = "The Java job ${var.job_name} needs jar_uri, such as local:///opt/flink/usrlib/job.jar."
    }
  }
}

# For Prometheus: all processes of the job, by the labels that Flink gives its pods.
resource "sdp_manifest" "metrics_service" {
  count = var.enabled && var.monitoring.enabled ? 1 : 0

  manifest = {
    apiVersion = "v1"
    kind       = "Service"
    metadata = {
      name      = "${local.name}-metrics"
      namespace = sdp_flink_deployment.this[0].namespace
      labels    = merge(var.labels, { app = local.name, "app.kubernetes.io/component" = "metrics" })
    }
    spec = {
      clusterIP = "None"
      selector  = { app = local.name, type = "flink-native-kubernetes" }
      ports     = [{ name = "metrics", port = local.metrics_port, targetPort = local.metrics_port, protocol = "TCP" }]
    }
  }
}

resource "sdp_manifest" "service_monitor" {
  count = var.enabled && var.monitoring.enabled ? 1 : 0

  manifest = {
    apiVersion = "monitoring.coreos.com/v1"
    kind       = "ServiceMonitor"
    metadata = {
      name      = local.name
      namespace = sdp_flink_deployment.this[0].namespace
      labels    = merge(var.labels, var.monitoring.labels, { app = local.name })
    }
    spec = {
      selector  = { matchLabels = { app = local.name, "app.kubernetes.io/component" = "metrics" } }
      endpoints = [{ port = "metrics", interval = var.monitoring.interval }]
    }
  }
}

resource "sdp_manifest" "ingress" {
  count = var.enabled && var.ingress.enabled ? 1 : 0

  manifest = {
    apiVersion = "networking.k8s.io/v1"
    kind       = "Ingress"
    metadata = {
      for key, value in {
        name        = local.name
        namespace   = sdp_flink_deployment.this[0].namespace
        labels      = merge(var.labels, { app = local.name })
        annotations = length(var.ingress.annotations) > 0 ? var.ingress.annotations : null
      } : key => value if value != null
    }
    spec = {
      for key, value in {
        rules = [{
          host = local.host
          http = {
            paths = [{
              path     = "/"
              pathType = "Prefix"
              backend  = { service = { name = "${local.name}-rest", port = { number = 8081 } } }
            }]
          }
        }]
        ingressClassName = var.ingress.class_name
        tls              = var.ingress.tls_secret == null ? null : [{ hosts = [local.host], secretName = var.ingress.tls_secret }]
      } : key => value if value != null
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

  rollback_on_failure = var.rollback_on_failure
}
