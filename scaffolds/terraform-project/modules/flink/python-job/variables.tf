variable "enabled" {
  description = "Whether the job exists. Setting it to false deletes it; unless upgrade_mode is stateless, a savepoint is taken."
  type        = bool
  default     = null
}

variable "job_name" {
  description = "Name of the job; the Kubernetes object has its lower-case form, with '-' for anything but letters and digits."
  type        = string
}

variable "parallelism" {
  description = "Parallelism of the job."
  type        = number
  default     = null
}

variable "state" {
  description = "Whether the job runs: running, or suspended."
  type        = string
  default     = null
}

variable "upgrade_mode" {
  description = "What a change does with the job's state: savepoint (taken, and restored), last-state (the last checkpoint is restored) or stateless (it is lost)."
  type        = string
  default     = null
}

variable "restore" {
  description = "What a new job starts from: latest (the newest savepoint that is kept of a job of its name), none, or the path of a savepoint."
  type        = string
  default     = null
}

variable "args" {
  description = "Parameters of the job: the module gets --<name> <value> for each."
  type        = map(string)
  default     = null
}

variable "restart_nonce" {
  description = "A new value restarts the job with its state, for instance after a Secret that it uses has changed."
  type        = number
  default     = null
}

variable "flink_configuration" {
  description = "Flink configuration of the job by key. It goes over the module's defaults."
  type        = map(string)
  default     = null
}

variable "py_module" {
  description = "Module that is run, as python -m has it: package.module."
  type        = string
}

variable "py_archive_uri" {
  description = "URI of the archive with the module: sdist (tar.gz), wheel or zip."
  type        = string
}

variable "py_archive_sha256" {
  description = "SHA-256 of the archive in hexadecimal: another content is refused."
  type        = string
  default     = null
}

variable "py_requirements" {
  description = "Requirements for pip, a line each, such as requirements.txt has them."
  type        = string
  default     = null
}

variable "checkpoint_config" {
  description = "Checkpoints: interval and timeout (30 s, 2 min), min_pause between two, mode (EXACTLY_ONCE or AT_LEAST_ONCE). The cluster's settings hold for what is null."
  type = object({
    interval  = optional(string)
    timeout   = optional(string)
    min_pause = optional(string)
    mode      = optional(string)
  })
  default = null
}

variable "allow_state_loss" {
  description = "Whether a change may lose state that upgrade_mode promises to keep. For a deletion it has to be applied before."
  type        = bool
  default     = null
}

variable "rollback_on_failure" {
  description = "Whether a change that fails is taken back: the job runs again as it did when it was healthy last, with the state that the change was made from. The apply fails all the same."
  type        = bool
  default     = null
}

variable "retry" {
  description = "Whether a revision that was rolled back may be tried once more as it is. Without it such a plan is an error."
  type        = bool
  default     = null
}

variable "timeout" {
  description = "How long to wait: 90s, 5m, 1h30m."
  type        = string
  default     = null
}
