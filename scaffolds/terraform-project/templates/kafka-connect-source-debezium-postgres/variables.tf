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

variable "database" {
  description = "The database: host, port, name, sslmode, and the Kubernetes Secret with user and password (in the connector's namespace unless it names another). The user needs the right to replicate."
  type = object({
    hostname = string
    port     = optional(number, 5432)
    dbname   = string
    sslmode  = optional(string)
    secret = object({
      name         = string
      namespace    = optional(string)
      user_key     = optional(string, "username")
      password_key = optional(string, "password")
    })
  })
}

variable "topic_prefix" {
  description = "Beginning of the names of the topics: <prefix>.<schema>.<table>. Unique among connectors."
  type        = string
}

variable "tables" {
  description = "Tables that are captured: <schema>.<table>, as regular expressions. All when empty."
  type        = list(string)
  default     = null
}

variable "slot_name" {
  description = "Replication slot of the connector; made when absent, and left when the connector is deleted: drop it then, or the server keeps its log. The connector's name with \"_\" when null."
  type        = string
  default     = null
}

variable "publication" {
  description = "Publication that changes are read from, and whether the connector makes it: filtered (for the captured tables), all_tables, disabled or no_tables. Its name is the slot's when null."
  type = object({
    name            = optional(string)
    autocreate_mode = optional(string, "filtered")
  })
  default = null
}

variable "snapshot_mode" {
  description = "When tables are read as a whole: initial (once), initial_only, always, no_data, when_needed, configuration_based or custom."
  type        = string
  default     = null
}

variable "heartbeat_interval_ms" {
  description = "Time between two heartbeats in milliseconds; 0: none. Without them, changes of other tables alone make the server keep its log."
  type        = number
  default     = null
}

variable "config" {
  description = "Configuration of the connector by key, over what other inputs say. Secrets are referred to: $${secrets:<namespace>/<secret>:<key>}."
  type        = map(string)
  default     = null
}

variable "errors" {
  description = "What becomes of a record that cannot be transformed or converted: tolerance none (the task fails) or all (it is skipped and lost). retry_timeout_ms: how long a failed operation is tried again."
  type = object({
    tolerance        = optional(string, "none")
    retry_timeout_ms = optional(number)
    log              = optional(bool, true)
    log_messages     = optional(bool)
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

variable "producer_config" {
  description = "Settings of the Kafka producer of the connector, such as compression.type."
  type        = map(string)
  default     = null
}

variable "topic_creation" {
  description = "How topics are created that the source writes and that do not exist: replication_factor (-1: the broker's default), partitions, and settings of topics. As the brokers do it when null."
  type = object({
    replication_factor = optional(number, -1)
    partitions         = optional(number, -1)
    config             = optional(map(string), {})
  })
  default = null
}

variable "state" {
  description = "Whether the connector runs: running, paused, or stopped (its tasks are gone, its offsets stay)."
  type        = string
  default     = null
}
