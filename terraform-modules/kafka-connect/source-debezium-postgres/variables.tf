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

  validation {
    condition     = contains(["disable", "allow", "prefer", "require", "verify-ca", "verify-full"], coalesce(var.database.sslmode, "prefer"))
    error_message = "sslmode is disable, allow, prefer, require, verify-ca or verify-full."
  }
}

variable "topic_prefix" {
  description = "Beginning of the names of the topics: <prefix>.<schema>.<table>. Unique among connectors."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9._-]+$", var.topic_prefix))
    error_message = "Use letters, digits, \".\", \"_\" and \"-\"."
  }
}

variable "tables" {
  description = "Tables that are captured: <schema>.<table>, as regular expressions. All when empty."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "slot_name" {
  description = "Replication slot of the connector; made when absent, and left when the connector is deleted: drop it then, or the server keeps its log. The connector's name with \"_\" when null."
  type        = string
  default     = null

  validation {
    condition     = can(regex("^[a-z0-9_]{1,63}$", coalesce(var.slot_name, "a")))
    error_message = "A slot's name has lower-case letters, digits and \"_\", at most 63."
  }
}

variable "publication" {
  description = "Publication that changes are read from, and whether the connector makes it: filtered (for the captured tables), all_tables, disabled or no_tables. Its name is the slot's when null."
  type = object({
    name            = optional(string)
    autocreate_mode = optional(string, "filtered")
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["all_tables", "filtered", "disabled", "no_tables"], var.publication.autocreate_mode)
    error_message = "autocreate_mode is all_tables, filtered, disabled or no_tables."
  }
}

variable "snapshot_mode" {
  description = "When tables are read as a whole: initial (once), initial_only, always, no_data, when_needed, configuration_based or custom."
  type        = string
  default     = "initial"
  nullable    = false

  validation {
    condition     = contains(["always", "initial", "initial_only", "no_data", "when_needed", "configuration_based", "custom"], var.snapshot_mode)
    error_message = "Use initial, initial_only, always, no_data, when_needed, configuration_based or custom."
  }
}

variable "heartbeat_interval_ms" {
  description = "Time between two heartbeats in milliseconds; 0: none. Without them, changes of other tables alone make the server keep its log."
  type        = number
  default     = 60000
  nullable    = false
}

variable "config" {
  description = "Configuration of the connector by key, over what other inputs say. Secrets are referred to: $${secrets:<namespace>/<secret>:<key>}."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "errors" {
  description = "What becomes of a record that cannot be transformed or converted: tolerance none (the task fails) or all (it is skipped and lost). retry_timeout_ms: how long a failed operation is tried again."
  type = object({
    tolerance        = optional(string, "none")
    retry_timeout_ms = optional(number)
    log              = optional(bool, true)
    log_messages     = optional(bool)
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

variable "producer_config" {
  description = "Settings of the Kafka producer of the connector, such as compression.type."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "topic_creation" {
  description = "How topics are created that the source writes and that do not exist: replication_factor (-1: the broker's default), partitions, and settings of topics. When null, a table whose topic nobody made is waited for without a word."
  type = object({
    replication_factor = optional(number, -1)
    partitions         = optional(number, -1)
    config             = optional(map(string), {})
  })
  default = {}
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
