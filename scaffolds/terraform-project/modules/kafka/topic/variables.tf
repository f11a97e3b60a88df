variable "enabled" {
  description = "Whether the topic exists. Setting it to false deletes the topic and its data, which force_destroy has to allow."
  type        = bool
  default     = null
}

variable "name" {
  description = "Name of the KafkaTopic resource, and of the topic unless topic_name is set."
  type        = string
}

variable "topic_name" {
  description = "Name of the topic in Kafka, when it is no Kubernetes name: with '_' or capitals."
  type        = string
  default     = null
}

variable "partitions" {
  description = "Number of partitions. It can grow, never shrink. The broker's default when null."
  type        = number
  default     = null
}

variable "replicas" {
  description = "Number of copies of each partition. The broker's default when null."
  type        = number
  default     = null
}

variable "config" {
  description = "Topic configuration by key, such as \"retention.ms\". Keys left out have the broker's default."
  type        = map(string)
  default     = null
}

variable "force_destroy" {
  description = "Whether the topic may be deleted with its data. Has to be applied before the change that deletes it."
  type        = bool
  default     = null
}
