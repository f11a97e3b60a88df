variable "enabled" {
  description = "Whether the job exists. Setting it to false deletes it with its cluster; unless upgrade_mode is stateless, a savepoint is taken."
  type        = bool
  default     = true
  nullable    = false
}

variable "job_name" {
  description = "Name of the job; the Kubernetes object has its lower-case form, with '-' for anything but letters and digits."
  type        = string

  validation {
    condition     = can(regex("^[a-z]([-a-z0-9]{0,43}[a-z0-9])?$", trim(replace(lower(var.job_name), "/[^a-z0-9]+/", "-"), "-")))
    error_message = "No name can be made of ${jsonencode(var.job_name)}: Flink takes 1 to 45 letters, digits and '-', a letter first."
  }
}

variable "job_type" {
  description = "What the job is: sql (a script of the project), python (a module of an archive) or java (a jar)."
  type        = string

  validation {
    condition     = contains(["sql", "python", "java"], var.job_type)
    error_message = "Use sql, python or java."
  }
}

variable "namespace" {
  description = "Namespace of the job. The provider's when null."
  type        = string
  default     = null
}

variable "parallelism" {
  description = "Parallelism of the job."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.parallelism >= 1 && floor(var.parallelism) == var.parallelism
    error_message = "Use a whole number, 1 or more."
  }
}

variable "state" {
  description = "Whether the job runs: running, or suspended."
  type        = string
  default     = "running"
  nullable    = false

  validation {
    condition     = contains(["running", "suspended"], var.state)
    error_message = "Use running or suspended."
  }
}

variable "upgrade_mode" {
  description = "What a change does with the job's state: savepoint (taken, and restored), last-state (the last checkpoint is restored) or stateless (it is lost)."
  type        = string
  default     = "savepoint"
  nullable    = false

  validation {
    condition     = contains(["stateless", "savepoint", "last-state"], var.upgrade_mode)
    error_message = "Use stateless, savepoint or last-state."
  }
}

variable "args" {
  description = "Parameters: values for $${name} in SQL; --<name> <value> for Python and Java."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "script" {
  description = "Path of a SQL job's script, from the project's folder. <sql_directory>/jobs/<job_name>.sql when null."
  type        = string
  default     = null
}

variable "sql_directory" {
  description = "Folder with the scripts (jobs/) and the DDL (ddl/), from the project's folder."
  type        = string
  default     = "sql"
  nullable    = false
}

variable "python" {
  description = "The archive with the functions that a SQL job creates with LANGUAGE PYTHON: its URI (sdist, wheel or zip), its SHA-256 in hexadecimal (another content is refused), and requirements for pip. Needed with such functions only."
  type = object({
    archive_uri    = string
    archive_sha256 = optional(string)
    requirements   = optional(list(string))
  })
  default = null

  validation {
    condition     = var.python == null || can(regex("^(https?|file|s3a?|local)://.+(\\.tar\\.gz|\\.tgz|\\.whl|\\.zip)$", var.python.archive_uri))
    error_message = "Write the URI of a .tar.gz, .whl or .zip, such as https://pypi.example.com/packages/functions/1.0.0/functions-1.0.0.tar.gz."
  }

  validation {
    condition     = try(var.python.archive_sha256, null) == null || can(regex("^[0-9a-f]{64}$", var.python.archive_sha256))
    error_message = "A SHA-256 has 64 hexadecimal digits."
  }
}

variable "py_module" {
  description = "Module that is run, as python -m has it: package.module."
  type        = string
  default     = null

  validation {
    condition     = var.py_module == null || can(regex("^[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*$", var.py_module))
    error_message = "Write a module as package.module."
  }
}

variable "py_archive_uri" {
  description = "URI of the archive with the module: sdist (tar.gz), wheel or zip."
  type        = string
  default     = null

  validation {
    condition     = var.py_archive_uri == null || can(regex("^(https?|file|s3a?|local)://.+(\\.tar\\.gz|\\.tgz|\\.whl|\\.zip)$", var.py_archive_uri))
    error_message = "Write the URI of a .tar.gz, .whl or .zip, such as https://pypi.example.com/packages/job/1.0.0/job-1.0.0.tar.gz."
  }
}

variable "py_archive_sha256" {
  description = "SHA-256 of the archive in hexadecimal: another content is refused."
  type        = string
  default     = null

  validation {
    condition     = var.py_archive_sha256 == null || can(regex("^[0-9a-f]{64}$", var.py_archive_sha256))
    error_message = "A SHA-256 has 64 hexadecimal digits."
  }
}

variable "py_requirements" {
  description = "Requirements for pip, a line each, such as requirements.txt has them."
  type        = string
  default     = null
}

variable "jar_uri" {
  description = "URI of a Java job's jar: local:///opt/flink/usrlib/job.jar in the image, or https://…."
  type        = string
  default     = null

  validation {
    condition     = var.jar_uri == null || can(regex("^[a-z][a-z0-9+.-]*://.+", var.jar_uri))
    error_message = "Write a URI such as local:///opt/flink/usrlib/job.jar."
  }
}

variable "entry_class" {
  description = "Class with a Java job's main method. The one that the jar's manifest names when null."
  type        = string
  default     = null
}

variable "flink_image" {
  description = "Container image with Flink and what the job needs. Flink's own when null, which has neither the runner (runner_image) nor connectors."
  type        = string
  default     = null

  validation {
    condition     = var.flink_image == null || can(regex("^[^\\s]+$", var.flink_image))
    error_message = "An image has no spaces: registry/name:tag."
  }
}

variable "image_pull_policy" {
  description = "When the image is pulled: Always, IfNotPresent or Never."
  type        = string
  default     = null

  validation {
    condition     = var.image_pull_policy == null || try(contains(["Always", "IfNotPresent", "Never"], var.image_pull_policy), false)
    error_message = "Use Always, IfNotPresent or Never."
  }
}

variable "flink_version" {
  description = "Flink version of the image: \"2.2\" or \"1.20\", for which sdp's runner is made. The local platform runs 2.2."
  type        = string
  default     = "2.2"
  nullable    = false

  validation {
    condition     = contains(["2.2", "1.20"], var.flink_version)
    error_message = "${jsonencode(var.flink_version)} is no version that sdp's runner is made for. Write \"2.2\" or \"1.20\", in quotation marks: the number 1.20 is 1.2."
  }
}

variable "image_pull_secrets" {
  description = "Secrets (kubernetes.io/dockerconfigjson) of the namespace with logins of the registries that images come from."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "artifact_credentials" {
  description = "Secret of the namespace with logins of private servers that Python archives and jars come from: under key, a netrc (machine pypi.example.com login USER password TOKEN, for each host)."
  type = object({
    secret = string
    key    = optional(string, "netrc")
  })
  default = null
}

variable "artifact_ca" {
  description = "ConfigMap or Secret of the namespace with the CA certificates (PEM) of servers that Python archives and jars come from, trusted besides those that Java knows."
  type = object({
    config_map = optional(string)
    secret     = optional(string)
    key        = optional(string, "ca.crt")
  })
  default = null

  validation {
    condition     = var.artifact_ca == null || (try(var.artifact_ca.config_map, null) == null) != (try(var.artifact_ca.secret, null) == null)
    error_message = "Name either config_map or secret."
  }
}

variable "service_account" {
  description = "ServiceAccount of the pods; it needs the operator's role for Flink's high availability."
  type        = string
  default     = "flink"
  nullable    = false
}

variable "jm_resource" {
  description = "The JobManager: CPU cores, memory of the process (1600m, 4G), and how many."
  type = object({
    cpu      = optional(number, 1)
    memory   = optional(string, "1600m")
    replicas = optional(number)
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^[0-9]+(\\.[0-9]+)? ?([kmgtKMGT](i?[bB]?|i)?)$", var.jm_resource.memory))
    error_message = "Memory is a number and a unit, such as 1600m, 4g or 4Gi."
  }

  validation {
    condition     = var.jm_resource.cpu > 0 && try(var.jm_resource.replicas == null || (var.jm_resource.replicas >= 1 && floor(var.jm_resource.replicas) == var.jm_resource.replicas), true)
    error_message = "cpu is more than 0, replicas a whole number, 1 or more."
  }
}

variable "tm_resource" {
  description = "A TaskManager: CPU cores, memory of the process (1600m, 4G), and how many."
  type = object({
    cpu      = optional(number, 1)
    memory   = optional(string, "1728m")
    replicas = optional(number)
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^[0-9]+(\\.[0-9]+)? ?([kmgtKMGT](i?[bB]?|i)?)$", var.tm_resource.memory))
    error_message = "Memory is a number and a unit, such as 1728m, 4g or 4Gi."
  }

  validation {
    condition     = var.tm_resource.cpu > 0 && try(var.tm_resource.replicas == null || (var.tm_resource.replicas >= 1 && floor(var.tm_resource.replicas) == var.tm_resource.replicas), true)
    error_message = "cpu is more than 0, replicas a whole number, 1 or more."
  }
}

variable "task_slots" {
  description = "Slots of a TaskManager: how many parallel parts of the job it runs."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.task_slots >= 1 && floor(var.task_slots) == var.task_slots
    error_message = "Use a whole number, 1 or more."
  }
}

variable "checkpoint_config" {
  description = "Checkpoints: interval and timeout (30 s, 2 min), min_pause between two, mode (EXACTLY_ONCE or AT_LEAST_ONCE), and s3_path, the folder for checkpoints, savepoints and high-availability data. Without s3_path they go below storage_uri."
  type = object({
    interval  = optional(string, "1 min")
    timeout   = optional(string)
    min_pause = optional(string)
    mode      = optional(string, "EXACTLY_ONCE")
    s3_path   = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for text in [var.checkpoint_config.interval, var.checkpoint_config.timeout, var.checkpoint_config.min_pause] : text == null || can(regex("^[0-9]+ ?(ms|s|sec|second|seconds|m|min|minute|minutes|h|hour|hours|d|day|days)$", text))])
    error_message = "Write durations as Flink does: 30 s, 2 min."
  }

  validation {
    condition     = try(contains(["EXACTLY_ONCE", "AT_LEAST_ONCE"], var.checkpoint_config.mode), true)
    error_message = "mode is EXACTLY_ONCE or AT_LEAST_ONCE."
  }

  validation {
    condition     = var.checkpoint_config.s3_path == null || can(regex("^[a-z][a-z0-9+.-]*://", var.checkpoint_config.s3_path))
    error_message = "s3_path is a URI such as s3a://bucket/flink/job."
  }
}

variable "storage_uri" {
  description = "Where checkpoints, savepoints and high-availability data go without checkpoint_config.s3_path, for all processes to reach."
  type        = string
  default     = "file:///flink-data"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9+.-]*://", var.storage_uri))
    error_message = "Write a URI such as s3a://bucket/flink or file:///flink-data."
  }
}

variable "env" {
  description = "Environment variables of the processes. Secrets do not belong here: use secret_env."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "secret_env" {
  description = "Environment variables from Kubernetes Secrets of the namespace, by variable."
  type = map(object({
    secret = string
    key    = string
  }))
  default  = {}
  nullable = false
}

variable "runner_image" {
  description = "Image that the runner's jar is taken from (at /sdp-runner.jar), when flink_image has none in /opt/flink/usrlib. SQL and Python jobs need it, and Java jobs with artifact_credentials or artifact_ca."
  type        = string
  default     = null
}

variable "pod_template" {
  description = "Pod template for all pods, as the operator takes it. It goes over what the module makes, key by key at the top of spec."
  type        = any
  default     = {}
  nullable    = false
}

variable "ingress" {
  description = "Whether the Flink UI gets an Ingress, and under which host, class, TLS secret and annotations."
  type = object({
    enabled     = optional(bool, true)
    host        = optional(string)
    class_name  = optional(string)
    tls_secret  = optional(string)
    annotations = optional(map(string), {})
  })
  default  = {}
  nullable = false
}

variable "monitoring" {
  description = "Whether Prometheus scrapes the job (ServiceMonitor), at which interval; labels by which Prometheus selects ServiceMonitors."
  type = object({
    enabled  = optional(bool, true)
    interval = optional(string, "30s")
    labels   = optional(map(string), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^[0-9]+(ms|s|m|h)$", var.monitoring.interval))
    error_message = "interval is a duration such as 30s or 1m."
  }
}

variable "restart_nonce" {
  description = "A new value restarts the job with its state, for instance after a Secret that it uses has changed."
  type        = number
  default     = null
}

variable "flink_configuration" {
  description = "Flink configuration by key. It goes over the module's defaults (high availability, retained checkpoints, metrics)."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "initial_savepoint_path" {
  description = "Savepoint or checkpoint that the first deployment starts from."
  type        = string
  default     = null
}

variable "savepoint_redeploy_nonce" {
  description = "A new value cancels what runs and starts the job from initial_savepoint_path, which a change of the path alone does not."
  type        = number
  default     = null
}

variable "allow_non_restored_state" {
  description = "Whether the job starts although state in the savepoint belongs to none of its operators; that state is lost."
  type        = bool
  default     = null
}

variable "restore" {
  description = "What a new job starts from: latest (the newest savepoint that is kept of a job of its name, unless upgrade_mode is stateless), none, or the path of a savepoint. So a job that was disabled goes on where it was."
  type        = string
  default     = "latest"
  nullable    = false
}

variable "allow_state_loss" {
  description = "Whether a change may lose state that upgrade_mode promises to keep. For a deletion it has to be applied before."
  type        = bool
  default     = false
  nullable    = false
}

variable "labels" {
  description = "Labels of the resource."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "annotations" {
  description = "Annotations of the resource."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "wait" {
  description = "Whether an apply waits until the job runs, and fails with the cause when it does not."
  type        = bool
  default     = true
  nullable    = false
}

variable "rollback_on_failure" {
  description = "Whether a change that fails is taken back: the job runs again as it did when it was healthy last, with the state that the change was made from. The apply fails all the same."
  type        = bool
  default     = false
  nullable    = false
}

variable "retry" {
  description = "Whether a revision that was rolled back may be tried once more as it is. Without it such a plan is an error."
  type        = bool
  default     = null
}

variable "timeout" {
  description = "How long to wait: 90s, 5m, 1h30m."
  type        = string
  default     = "10m"
  nullable    = false

  validation {
    condition     = can(regex("^([0-9]+(ms|s|m|h))+$", var.timeout))
    error_message = "Write a duration such as 90s, 5m or 1h30m."
  }
}
