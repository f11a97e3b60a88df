variable "enabled" {
  description = "Whether the topic exists. Setting it to false deletes the topic and its data, which force_destroy has to allow."
  type        = bool
  default     = true
  nullable    = false
}

variable "name" {
  description = "Name of the KafkaTopic resource, and of the topic unless topic_name is set."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$", var.name))
    error_message = "The name ${jsonencode(var.name)} is no Kubernetes name: use lower-case letters, digits, '-' and '.'. A topic with another name takes it in topic_name."
  }
}

variable "topic_name" {
  description = "Name of the topic in Kafka, when it is no Kubernetes name: with '_' or capitals."
  type        = string
  default     = null

  validation {
    condition     = var.topic_name == null || can(regex("^[A-Za-z0-9._-]{1,249}$", var.topic_name))
    error_message = "Kafka takes 1 to 249 letters, digits, '.', '_' and '-' as a topic's name."
  }
}

variable "cluster" {
  description = "Name of the Kafka cluster that the topic is on."
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

variable "partitions" {
  description = "Number of partitions. It can grow, never shrink. The broker's default when null."
  type        = number
  default     = null

  validation {
    condition     = var.partitions == null || try(var.partitions >= 1 && floor(var.partitions) == var.partitions, false)
    error_message = "Use a whole number of partitions, 1 or more."
  }
}

variable "replicas" {
  description = "Number of copies of each partition. The broker's default when null."
  type        = number
  default     = null

  validation {
    condition     = var.replicas == null || try(var.replicas >= 1 && var.replicas <= 32767 && floor(var.replicas) == var.replicas, false)
    error_message = "Use a whole number of replicas from 1 to 32767."
  }
}

variable "config" {
  description = "Topic configuration by key, such as \"retention.ms\". Keys left out have the broker's default."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "force_destroy" {
  description = "Whether the topic may be deleted with its data. Has to be applied before the change that deletes it."
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
  description = "Whether an apply waits until the topic is ready, and fails when it does not become so."
  type        = bool
  default     = true
  nullable    = false
}

variable "timeout" {
  description = "How long to wait for the topic: 90s, 5m, 1h30m."
  type        = string
  default     = "5m"
  nullable    = false

  validation {
    condition     = can(regex("^([0-9]+(ms|s|m|h))+$", var.timeout))
    error_message = "Write a duration such as 90s, 5m or 1h30m."
  }
}
