variable "enabled" {
  description = "Whether the job exists. Setting it to false deletes it; unless upgrade_mode is stateless, a savepoint is taken."
  type        = bool
  default     = null
}

variable "job_name" {
  description = "Name of the job, with or without \".sql\". The script has this name, the Kubernetes object its lower-case form."
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
  description = "Values for $${name} in the script and in the DDL that it uses."
  type        = map(string)
  default     = null
}

variable "python" {
  description = "The archive with the functions that the SQL creates with LANGUAGE PYTHON: its URI (sdist, wheel or zip), its SHA-256 in hexadecimal (another content is refused), and requirements for pip. Needed with such functions only."
  type = object({
    archive_uri    = string
    archive_sha256 = optional(string)
    requirements   = optional(list(string))
  })
  default = null
}

variable "restart_nonce" {
  description = "A new value restarts the job with its state, for instance after a Secret that it uses has changed."
  type        = number
  default     = null
}

variable "flink_configuration" {
  description = "Flink configuration of the job by key. It goes over the module's defaults (savepoint on deletion)."
  type        = map(string)
  default     = null
}

variable "script" {
  description = "Path of the script, from the project's folder. <sql_directory>/jobs/<job_name>.sql when null."
  type        = string
  default     = null
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
  description = "How long to wait for the job: 90s, 5m, 1h30m."
  type        = string
  default     = null
}
