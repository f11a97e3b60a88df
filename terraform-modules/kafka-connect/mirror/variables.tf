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

variable "source_cluster" {
  description = "The Kafka cluster that is copied from: an alias, brokers, and settings of its clients (security.protocol, sasl.jaas.config, …), secrets referred to."
  type = object({
    alias             = string
    bootstrap_servers = string
    config            = optional(map(string), {})
  })

  validation {
    condition     = can(regex("^[^\\s,]+:[0-9]+(,[^\\s,]+:[0-9]+)*$", var.source_cluster.bootstrap_servers))
    error_message = "Write host:port, separated by commas, in bootstrap_servers."
  }
}

variable "target_cluster" {
  description = "The Kafka cluster that is copied to: that of the Connect cluster."
  type = object({
    alias             = optional(string, "target")
    bootstrap_servers = string
    config            = optional(map(string), {})
  })

  validation {
    condition     = can(regex("^[^\\s,]+:[0-9]+(,[^\\s,]+:[0-9]+)*$", var.target_cluster.bootstrap_servers))
    error_message = "Write host:port, separated by commas, in bootstrap_servers."
  }
}

variable "topics" {
  description = "Topics that are copied: names and regular expressions (Java)."
  type        = list(string)

  validation {
    condition     = length(var.topics) > 0
    error_message = "Name at least one topic."
  }
}

variable "topics_exclude" {
  description = "Topics that are not copied. Kafka's and MirrorMaker's own when null."
  type        = list(string)
  default     = null
}

variable "keep_names" {
  description = "Whether a copy has the name of its topic. Otherwise it is <alias>.<topic>, which keeps two clusters that copy each other's topics from copying copies."
  type        = bool
  default     = false
  nullable    = false
}

variable "replication_factor" {
  description = "Replicas of the copies; -1: the broker's default."
  type        = number
  default     = -1
  nullable    = false
}

variable "sync_topic_configs" {
  description = "Whether settings of topics are copied, again and again."
  type        = bool
  default     = true
  nullable    = false
}

variable "sync_topic_acls" {
  description = "Whether access rules of topics are copied. Needs an authorizer on both clusters."
  type        = bool
  default     = false
  nullable    = false
}

variable "offset_syncs" {
  description = "Whether it is written down which offset of a copy is which of its topic, and in which cluster (source or target): checkpoints need and enable it."
  type = object({
    enabled            = optional(bool, false)
    location           = optional(string, "target")
    replication_factor = optional(number, -1)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["source", "target"], var.offset_syncs.location)
    error_message = "location is source or target."
  }
}

variable "checkpoints" {
  description = "Whether a second connector carries consumer groups over: offsets of groups (regular expressions) are translated, and with sync_group_offsets also committed for groups that are not active in the target."
  type = object({
    enabled            = optional(bool, false)
    groups             = optional(list(string), [".*"])
    sync_group_offsets = optional(bool, false)
  })
  default  = {}
  nullable = false
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
