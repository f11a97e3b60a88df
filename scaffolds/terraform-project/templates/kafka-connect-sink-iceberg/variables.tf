variable "module_enabled" {
  description = "Whether the connector exists. Setting it to false deletes it; its offsets stay in Kafka."
  type        = bool
  default     = null
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
}

variable "tables" {
  description = "Tables that are written: <namespace>.<table>. Every record goes into each of them."
  type        = list(string)
  default     = null
}

variable "route_field" {
  description = "Field of the record that names its table, instead of tables."
  type        = string
  default     = null
}

variable "auto_create" {
  description = "Whether tables that are absent are created."
  type        = bool
  default     = null
}

variable "evolve_schema" {
  description = "Whether columns are added as records need them."
  type        = bool
  default     = null
}

variable "commit_interval_ms" {
  description = "Time between two commits, in milliseconds: how late rows are, and how large files."
  type        = number
  default     = null
}

variable "control_topic" {
  description = "Topic by which the tasks agree on commits. It has to exist; connectors may share it."
  type        = string
  default     = null
}

variable "tasks_max" {
  description = "How many tasks the connector has at most."
  type        = number
  default     = null
}

variable "config" {
  description = "Configuration of the connector by key, over what other inputs say. Secrets are referred to: $${secrets:<namespace>/<secret>:<key>}."
  type        = map(string)
  default     = null
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
  default = null
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
  default = null
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
  default = null
}

variable "predicates" {
  description = "Predicates that transformations are bound to: an alias, the class and its settings."
  type = list(object({
    name   = string
    type   = string
    config = optional(map(string), {})
  }))
  default = null
}

variable "consumer_config" {
  description = "Settings of the connector's Kafka consumers, such as max.poll.records."
  type        = map(string)
  default     = null
}

variable "producer_config" {
  description = "Settings of the Kafka producer for dead letters."
  type        = map(string)
  default     = null
}

variable "state" {
  description = "Whether the connector runs: running, paused, or stopped (its tasks are gone, its offsets stay)."
  type        = string
  default     = null
}
