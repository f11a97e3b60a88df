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

  validation {
    condition     = can(regex("^[A-Za-z0-9._-]{1,249}$", var.source_topic.topic))
    error_message = "Kafka takes 1 to 249 letters, digits, '.', '_' and '-' as a topic's name."
  }

  validation {
    condition     = contains(["earliest-offset", "latest-offset", "group-offsets"], var.source_topic.startup)
    error_message = "startup is earliest-offset, latest-offset or group-offsets."
  }
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

  validation {
    condition     = anytrue(var.columns[*].select)
    error_message = "Select one column at least."
  }

  validation {
    condition     = length(distinct(var.columns[*].name)) == length(var.columns)
    error_message = "Two columns have one name."
  }
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

  validation {
    condition     = length([for target in [var.target.topic, var.target.files, var.target.jdbc] : target if target != null]) == 1
    error_message = "Set exactly one of topic, files and jdbc."
  }

  validation {
    condition     = try(!var.target.topic.upsert || length(var.target.topic.key) > 0, true)
    error_message = "upsert needs the key columns in key."
  }

  validation {
    condition     = try(can(regex("^[a-z][a-z0-9+.-]*://", var.target.files.path)), false) || var.target.files == null
    error_message = "path is a URI such as s3a://bucket/orders or file:///data/orders."
  }

  validation {
    condition     = try(can(regex("^jdbc:[a-z]+://", var.target.jdbc.url)) && !can(regex("(?i)(password|pwd)=", var.target.jdbc.url)), false) || var.target.jdbc == null
    error_message = "url is a JDBC URL without a password, which belongs into a Kubernetes Secret."
  }
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
