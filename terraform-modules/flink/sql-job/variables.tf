variable "enabled" {
  description = "Whether the job exists. Setting it to false deletes it; unless upgrade_mode is stateless, a savepoint is taken, from which it starts when it is true again."
  type        = bool
  default     = true
  nullable    = false
}

variable "job_name" {
  description = "Name of the job, with or without \".sql\". The script has this name, the Kubernetes object its lower-case form."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", trim(replace(lower(trimsuffix(var.job_name, ".sql")), "/[^a-z0-9]+/", "-"), "-")))
    error_message = "No Kubernetes name can be made of ${jsonencode(var.job_name)}: it needs 1 to 63 letters, digits and '-'."
  }
}

variable "script" {
  description = "Path of the script, from the project's folder. <sql_directory>/jobs/<job_name>.sql when null."
  type        = string
  default     = null
}

variable "sql_directory" {
  description = "Folder with the scripts (jobs/) and the DDL (ddl/), from the project's folder."
  type        = string
  default     = "sql"
  nullable    = false
}

variable "catalog" {
  description = "Name of a catalog that jobs share (output name of flink/sql-catalog, of the same sql_directory and namespace): the job runs all of its DDL, and changes with any of it. The job has the DDL that its script reaches when null."
  type        = string
  default     = null
}

variable "session_cluster" {
  description = "Name of the session cluster that runs the job, in the same namespace."
  type        = string
  default     = "flink"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([-a-z0-9]{0,43}[a-z0-9])?$", var.session_cluster))
    error_message = "A session cluster's name has 1 to 45 lower-case letters, digits and '-', a letter first."
  }
}

variable "namespace" {
  description = "Namespace of the job: its cluster's. The provider's when null."
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
    error_message = "Use savepoint, last-state or stateless."
  }
}

variable "args" {
  description = "Values for $${name} in the script and in the DDL that it uses."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "python" {
  description = "The archive with the functions that the SQL creates with LANGUAGE PYTHON: its URI (sdist, wheel or zip), its SHA-256 in hexadecimal (another content is refused), and requirements for pip. Needed with such functions only."
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

variable "restart_nonce" {
  description = "A new value restarts the job with its state, for instance after a Secret that it uses has changed."
  type        = number
  default     = null
}

variable "flink_configuration" {
  description = "Flink configuration of the job by key. It goes over the module's defaults (savepoint on deletion)."
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
  description = "How long to wait for the job: 90s, 5m, 1h30m."
  type        = string
  default     = "5m"
  nullable    = false

  validation {
    condition     = can(regex("^([0-9]+(ms|s|m|h))+$", var.timeout))
    error_message = "Write a duration such as 90s, 5m or 1h30m."
  }
}
