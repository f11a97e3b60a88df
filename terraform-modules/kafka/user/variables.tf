variable "enabled" {
  description = "Whether the user exists. Setting it to false takes credentials, rules and quotas away."
  type        = bool
  default     = true
  nullable    = false
}

variable "name" {
  description = "Name of the user, of the KafkaUser resource and of the Secret with the credentials."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$", var.name))
    error_message = "The name ${jsonencode(var.name)} is no Kubernetes name: use lower-case letters, digits, '-' and '.'."
  }
}

variable "cluster" {
  description = "Name of the Kafka cluster that the user is of."
  type        = string
  default     = "kafka"
  nullable    = false

  validation {
    condition     = length(var.cluster) > 0
    error_message = "Name the Kafka cluster."
  }
}

variable "namespace" {
  description = "Namespace of the resource. The provider's when null."
  type        = string
  default     = null
}

variable "authentication" {
  description = "How the user logs in: scram-sha-512, tls or tls-external; not at all when null. A local platform knows scram-sha-512 only."
  type        = string
  default     = "scram-sha-512"

  validation {
    condition     = var.authentication == null || try(contains(["scram-sha-512", "tls", "tls-external"], var.authentication), false)
    error_message = "Use scram-sha-512, tls, tls-external or null."
  }
}

variable "password_secret" {
  description = "A Secret of the same namespace with a password of your own. One is made when null."
  type        = object({ name = string, key = string })
  default     = null
}

variable "acls" {
  description = "What the user may do: rules for resources of type topic, group, transactionalId or cluster, with pattern_type literal or prefix. Nothing when empty."
  type = list(object({
    type = optional(string)
    resource = object({
      type         = string
      name         = optional(string)
      pattern_type = optional(string)
    })
    operations = list(string)
    host       = optional(string)
  }))
  default  = []
  nullable = false

  validation {
    condition     = alltrue([for acl in var.acls : length(acl.operations) > 0])
    error_message = "A rule without operations says nothing: name Read, Write, Describe or others."
  }
}

variable "quotas" {
  description = "Limits of the user."
  type = object({
    producer_byte_rate       = optional(number)
    consumer_byte_rate       = optional(number)
    request_percentage       = optional(number)
    controller_mutation_rate = optional(number)
  })
  default = null
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
  description = "Whether an apply waits until the user is ready, and fails when it does not become so."
  type        = bool
  default     = true
  nullable    = false
}

variable "timeout" {
  description = "How long to wait for the user: 90s, 5m, 1h30m."
  type        = string
  default     = "5m"
  nullable    = false

  validation {
    condition     = can(regex("^([0-9]+(ms|s|m|h))+$", var.timeout))
    error_message = "Write a duration such as 90s, 5m or 1h30m."
  }
}
