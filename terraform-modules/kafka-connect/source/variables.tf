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

variable "class" {
  description = "Class of the source connector, or its alias."
  type        = string

  validation {
    condition     = length(trimspace(var.class)) > 0
    error_message = "Name the connector's class."
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

variable "config" {
  description = "Configuration of the connector by key. Secrets are referred to: $${secrets:<namespace>/<secret>:<key>}."
  type        = map(string)
  default     = {}
  nullable    = false
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
