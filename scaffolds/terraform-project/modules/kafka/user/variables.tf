variable "enabled" {
  description = "Whether the user exists. Setting it to false takes credentials, rules and quotas away."
  type        = bool
  default     = null
}

variable "name" {
  description = "Name of the user, of the KafkaUser resource and of the Secret with the credentials."
  type        = string
}

variable "authentication" {
  description = "How the user logs in: scram-sha-512, tls or tls-external; not at all when null. A local platform knows scram-sha-512 only."
  type        = string
  default     = "scram-sha-512"
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
  default = null
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
