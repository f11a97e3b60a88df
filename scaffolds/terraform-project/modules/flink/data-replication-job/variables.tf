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

variable "source_topic" {
  description = "The topic that is read: its brokers (the platform's when null), its format, where a job without state starts (earliest-offset, latest-offset, group-offsets), and further options of Flink's Kafka connector."
  type = object({
    topic             = string
    bootstrap_servers = optional(string)
    format            = optional(string, "json")
    group_id          = optional(string)
    startup           = optional(string, "earliest-offset")
    options           = optional(map(string), {})
  })
}

variable "columns" {
  description = "Columns in order. A column of the source has a name and a SQL type; renamed_to is its name in the target; select = false keeps it out of there, for the filter alone; a column with an expression is computed from the others (its type is that of the target's column)."
  type = list(object({
    name       = string
    type       = string
    renamed_to = optional(string)
    select     = optional(bool, true)
    expression = optional(string)
  }))
}

variable "filter" {
  description = "SQL condition over the columns: only rows for which it is true are written. All when null."
  type        = string
  default     = null
}

variable "target" {
  description = "Where the rows go: exactly one of topic, files and jdbc. topic: with key columns, and upsert = true for the newest row of a key; files: a folder (s3a://…, file:///…), a format and the columns that partition it; jdbc: a table, its primary key (rows are then updated), and the Kubernetes Secret with user and password."
  type = object({
    topic = optional(object({
      topic             = string
      bootstrap_servers = optional(string)
      format            = optional(string, "json")
      key               = optional(list(string), [])
      upsert            = optional(bool, false)
      options           = optional(map(string), {})
    }))
    files = optional(object({
      path             = string
      format           = optional(string, "json")
      partition_by     = optional(list(string), [])
      rolling_interval = optional(string, "15 min")
      options          = optional(map(string), {})
    }))
    jdbc = optional(object({
      url         = string
      table       = string
      primary_key = optional(list(string), [])
      secret = optional(object({
        name         = string
        user_key     = optional(string, "username")
        password_key = optional(string, "password")
      }))
      options = optional(map(string), {})
    }))
  })
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
