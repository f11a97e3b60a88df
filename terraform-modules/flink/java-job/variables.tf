variable "enabled" {
  description = "Whether the job exists. Setting it to false deletes it; unless upgrade_mode is stateless, a savepoint is taken, from which it starts when it is true again."
  type        = bool
  default     = true
  nullable    = false
}

variable "job_name" {
  description = "Name of the job; the Kubernetes object has its lower-case form, with '-' for anything but letters and digits."
  type        = string

  validation {
    condition     = can(regex("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$", trim(replace(lower(var.job_name), "/[^a-z0-9]+/", "-"), "-")))
    error_message = "No name can be made of ${jsonencode(var.job_name)}: Flink takes 1 to 63 letters, digits and '-', a letter first."
  }
}

variable "jar_uri" {
  description = "URI of the jar with the job: https://…, http://maven/… of the local platform's registry, local:///opt/flink/usrlib/job.jar. With #sha256= and the hash of the jar behind it, the local platform refuses another jar. Null when the entry class is on the cluster's classpath."
  type        = string
  default     = null

  validation {
    condition     = var.jar_uri == null || can(regex("^[a-z][a-z0-9+.-]*://.+", var.jar_uri))
    error_message = "Write a URI such as https://repo.example.com/job-1.0.0.jar."
  }
}

variable "entry_class" {
  description = "Class with the main method. The one that the jar's manifest names when null."
  type        = string
  default     = null

  validation {
    condition     = var.entry_class == null || can(regex("^[A-Za-z_$][A-Za-z0-9_$]*(\\.[A-Za-z_$][A-Za-z0-9_$]*)*$", var.entry_class))
    error_message = "Write a class with its package: com.example.Job."
  }
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
    error_message = "Use stateless, savepoint or last-state."
  }
}

variable "args" {
  description = "Parameters of the job: the main method gets --<name> <value> for each, as ParameterTool reads them."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "checkpoint_config" {
  description = "Checkpoints: interval and timeout (30 s, 2 min), min_pause between two, mode (EXACTLY_ONCE or AT_LEAST_ONCE). The cluster's settings hold for what is null."
  type = object({
    interval  = optional(string)
    timeout   = optional(string)
    min_pause = optional(string)
    mode      = optional(string)
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
}

variable "restart_nonce" {
  description = "A new value restarts the job with its state, for instance after a Secret that it uses has changed."
  type        = number
  default     = null
}

variable "flink_configuration" {
  description = "Flink configuration of the job by key. It goes over the module's defaults."
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
  default     = "5m"
  nullable    = false

  validation {
    condition     = can(regex("^([0-9]+(ms|s|m|h))+$", var.timeout))
    error_message = "Write a duration such as 90s, 5m or 1h30m."
  }
}
