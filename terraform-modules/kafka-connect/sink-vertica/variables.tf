variable "enabled" {
  description = "Whether the connector exists. Setting it to false deletes it; its offsets stay in Kafka."
  type        = bool
  default     = true
  nullable    = false
}

variable "name" {
  description = "Name of the connector. Another name is another connector, with offsets of its own."
  type        = string
}

variable "cluster" {
  description = "Name of the Connect cluster (KafkaConnect) that runs the connector, in the same namespace."
  type        = string
}

variable "topics" {
  description = "Topics that are read: names, separated by commas."
  type        = string
  default     = null
}

variable "topics_regex" {
  description = "Regular expression (Java) of the topics that are read, instead of topics."
  type        = string
  default     = null
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
  description = "Configuration of the sink by key: vc.table, insert.mode (insert, upsert, update), upsert.timestamp.fields (an older record never overwrites a newer row; without effect on insert), batch.size (5000 unless set), and any other key of the connector."
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
}

variable "errors" {
  description = "What becomes of a record that cannot be used: tolerance none (the task fails) or all (it is skipped), and dead_letter_topic, where skipped records go, with headers that say why. retry_timeout_ms: how long a failed operation is tried again."
  type = object({
    tolerance                      = optional(string, "none")
    dead_letter_topic              = optional(string)
    dead_letter_replication_factor = optional(number, -1)
    retry_timeout_ms               = optional(number)
    log                            = optional(bool, true)
    log_messages                   = optional(bool)
  })
  default  = {}
  nullable = false
}

variable "converters" {
  description = "How keys, values and headers are read and written: the class of a converter and its settings. The Connect cluster's when absent."
  type = object({
    key = optional(object({
      class  = string
      config = optional(map(string), {})
    }))
    value = optional(object({
      class  = string
      config = optional(map(string), {})
    }))
    header = optional(object({
      class  = string
      config = optional(map(string), {})
    }))
  })
  default  = {}
  nullable = false
}

variable "transforms" {
  description = "Transformations that records pass, in this order: an alias, the class, its settings, and the alias of a predicate (negate: where it does not hold)."
  type = list(object({
    name      = string
    type      = string
    config    = optional(map(string), {})
    predicate = optional(string)
    negate    = optional(bool, false)
  }))
  default  = []
  nullable = false
}

variable "predicates" {
  description = "Predicates that transformations are bound to: an alias, the class and its settings."
  type = list(object({
    name   = string
    type   = string
    config = optional(map(string), {})
  }))
  default  = []
  nullable = false
}

variable "consumer_config" {
  description = "Settings of the connector's Kafka consumers. max.poll.records is task_config's batch.size unless it is set here; null leaves it out."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "producer_config" {
  description = "Settings of the Kafka producer for dead letters."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "state" {
  description = "Whether the connector runs: running, paused, or stopped (its tasks are gone, its offsets stay)."
  type        = string
  default     = "running"
  nullable    = false
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

variable "rollback_on_failure" {
  description = "Whether a change that fails is taken back: the connector runs again as it did when it was healthy last, which goes on from its offsets. The apply fails all the same."
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
}
