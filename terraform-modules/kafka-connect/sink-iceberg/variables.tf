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

variable "catalog" {
  description = "The catalog by key: type (rest, hive, glue, hadoop, …) or catalog-impl, uri, warehouse, and what its file IO takes. Secrets are referred to."
  type        = map(string)

  validation {
    condition     = contains(keys(var.catalog), "type") || contains(keys(var.catalog), "catalog-impl")
    error_message = "\"type\" or \"catalog-impl\" is needed."
  }
}

variable "tables" {
  description = "Tables that are written: <namespace>.<table>. Every record goes into each of them."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "route_field" {
  description = "Field of the record that names its table, instead of tables."
  type        = string
  default     = null
}

variable "auto_create" {
  description = "Whether tables that are absent are created."
  type        = bool
  default     = false
  nullable    = false
}

variable "evolve_schema" {
  description = "Whether columns are added as records need them."
  type        = bool
  default     = false
  nullable    = false
}

variable "commit_interval_ms" {
  description = "Time between two commits, in milliseconds: how late rows are, and how large files."
  type        = number
  default     = 300000
  nullable    = false

  validation {
    condition     = var.commit_interval_ms >= 1 && floor(var.commit_interval_ms) == var.commit_interval_ms
    error_message = "Use a whole number, 1 or more."
  }
}

variable "control_topic" {
  description = "Topic by which the tasks agree on commits. It has to exist; connectors may share it."
  type        = string
  default     = "control-iceberg"
  nullable    = false
}

variable "tasks_max" {
  description = "How many tasks the connector has at most."
  type        = number
  default     = 1
  nullable    = false
}

variable "config" {
  description = "Configuration of the connector by key, over what other inputs say. Secrets are referred to: $${secrets:<namespace>/<secret>:<key>}."
  type        = map(string)
  default     = {}
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
  description = "Settings of the connector's Kafka consumers, such as max.poll.records."
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
