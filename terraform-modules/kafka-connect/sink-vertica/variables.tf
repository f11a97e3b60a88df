variable "enabled" {
  description = "Whether the connector exists. Setting it to false deletes it; its offsets stay in Kafka."
  type        = bool
  default     = true
  nullable    = false
}

variable "name" {
  description = "Name of the connector. Another name is another connector, with offsets of its own."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$", var.name))
    error_message = "The name ${jsonencode(var.name)} is no Kubernetes name: use lower-case letters, digits, '-' and '.'."
  }
}

variable "cluster" {
  description = "Name of the Connect cluster (KafkaConnect) that runs the connector, in the same namespace."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", var.cluster))
    error_message = "A Connect cluster's name has lower-case letters, digits and '-'."
  }
}

variable "topics" {
  description = "Topics that are read: names, separated by commas."
  type        = string

  validation {
    condition     = alltrue([for topic in split(",", var.topics) : can(regex("^[A-Za-z0-9._-]{1,249}$", trimspace(topic)))])
    error_message = "Write names of topics, separated by commas."
  }
}

variable "vertica_target" {
  description = "The database: JDBC URL, schema of the tables, and the Kubernetes Secret with user and password (in the connector's namespace unless it names another)."
  type = object({
    url    = string
    schema = optional(string)
    secret = object({
      name         = string
      namespace    = optional(string)
      user_key     = optional(string, "username")
      password_key = optional(string, "password")
    })
  })

  validation {
    condition     = can(regex("^jdbc:[a-z]+://", var.vertica_target.url))
    error_message = "url is a JDBC URL such as jdbc:vertica://vertica.example.com:5433/dwh."
  }

  validation {
    condition     = !can(regex("(?i)(password|pwd)=", var.vertica_target.url))
    error_message = "The URL holds a password. Put it into a Kubernetes Secret and name that in secret."
  }
}

variable "task_config" {
  description = "Configuration of the sink by key: vc.table, insert.mode (insert, upsert, update), upsert.timestamp.fields (an older record never overwrites a newer row; without effect on insert), and any other key of the connector."
  type        = map(string)

  validation {
    condition     = try(length(var.task_config["vc.table"]) > 0, false)
    error_message = "\"vc.table\" is needed: the table that is written."
  }

  validation {
    condition     = contains(["insert", "upsert", "update"], lookup(var.task_config, "insert.mode", "insert"))
    error_message = "insert.mode is insert, upsert or update."
  }

  validation {
    condition     = length(setintersection(keys(var.task_config), ["vc.url", "vc.user", "vc.password"])) == 0
    error_message = "The connection comes from vertica_target: take vc.url, vc.user and vc.password out."
  }
}

variable "tasks_max" {
  description = "How many tasks the connector has at most."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.tasks_max >= 1 && floor(var.tasks_max) == var.tasks_max
    error_message = "Use a whole number, 1 or more."
  }
}

variable "errors" {
  description = "What becomes of a record that cannot be used: tolerance none (the task fails) or all (it is skipped), and dead_letter_topic, where skipped records go."
  type = object({
    tolerance         = optional(string, "none")
    dead_letter_topic = optional(string)
    log               = optional(bool, true)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["none", "all"], var.errors.tolerance)
    error_message = "tolerance is none or all."
  }

  validation {
    condition     = var.errors.dead_letter_topic == null || var.errors.tolerance == "all"
    error_message = "A dead_letter_topic is used with tolerance \"all\" only."
  }
}

variable "state" {
  description = "Whether the connector runs: running, paused, or stopped (its tasks are gone, its offsets stay)."
  type        = string
  default     = "running"
  nullable    = false

  validation {
    condition     = contains(["running", "paused", "stopped"], var.state)
    error_message = "Use running, paused or stopped."
  }
}

variable "auto_restart" {
  description = "Whether failed connectors and tasks are started again, and how often at most (without end when null)."
  type = object({
    enabled      = optional(bool, true)
    max_restarts = optional(number, 10)
  })
  default  = {}
  nullable = false
}

variable "namespace" {
  description = "Namespace of the connector: its Connect cluster's. The provider's when null."
  type        = string
  default     = null
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
  description = "Whether an apply waits until the connector and its tasks run, and fails with the cause when it does not."
  type        = bool
  default     = true
  nullable    = false
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
