variable "enabled" {
  description = "Whether the cluster exists. Setting it to false deletes it; connectors stop with it."
  type        = bool
  default     = null
}

variable "name" {
  description = "Name of the Connect cluster, by which connectors refer to it."
  type        = string
}

variable "bootstrap_servers" {
  description = "Brokers of Kafka: host:port, separated by commas. The Kafka cluster of the platform when null."
  type        = string
  default     = null
}

variable "tls" {
  description = "Encryption of the connection to Kafka: certificates of authorities in Secrets, by secret_name and certificate (a key of it) or pattern (of keys); {} trusts the public ones. None when null."
  type = object({
    trusted_certificates = optional(list(object({
      secret_name = string
      certificate = optional(string)
      pattern     = optional(string)
    })))
  })
  default = null
}

variable "authentication" {
  description = "How the workers and their connectors log in to Kafka: scram-sha-512, scram-sha-256 or plain with username and the Secret of the password (a KafkaUser has one of its name), or tls with certificate and key. None when null."
  type = object({
    type     = string
    username = optional(string)
    password_secret = optional(object({
      name = string
      key  = optional(string, "password")
    }))
    certificate_and_key = optional(object({
      secret_name = string
      certificate = optional(string, "user.crt")
      key         = optional(string, "user.key")
    }))
  })
  default = null
}

variable "kafka_cluster" {
  description = "Name of the Kafka cluster whose plain listener is used when bootstrap_servers is null."
  type        = string
  default     = null
}

variable "kafka_namespace" {
  description = "Namespace of that Kafka cluster. The Connect cluster's own when null."
  type        = string
  default     = null
}

variable "replicas" {
  description = "Number of workers."
  type        = number
  default     = null
}

variable "group_id" {
  description = "Consumer group of the workers. The cluster's name when null."
  type        = string
  default     = null
}

variable "plugins" {
  description = "Connectors that sdp knows, whose plugins the cluster gets: vertica-sink, jdbc-sink, iceberg-sink, file-sink, debezium-postgres, file-source, mirror. On Kubernetes, build.output says where the image with them goes."
  type        = list(string)
  default     = null
}

variable "plugin_repository" {
  description = "Maven repository that has sdp's own plugins (vertica-sink). Needed for these on Kubernetes."
  type        = string
  default     = null
}

variable "build" {
  description = "Plugins that the operator builds into an image: output is the image to push to and the Secret for its registry, plugins the artifacts by plugin."
  type = object({
    output = object({
      type        = optional(string, "docker")
      image       = string
      push_secret = optional(string)
    })
    plugins = optional(list(object({
      name = string
      artifacts = list(object({
        type       = string
        url        = optional(string)
        sha512sum  = optional(string)
        group      = optional(string)
        artifact   = optional(string)
        version    = optional(string)
        repository = optional(string)
      }))
    })), [])
  })
  default = null
}

variable "config" {
  description = "Configuration of the workers by key. It goes over the module's defaults (JSON without schemas, secrets from Kubernetes)."
  type        = map(string)
  default     = null
}

variable "replication_factor" {
  description = "Copies of the three topics in which Connect keeps configuration, offsets and status; -1: the broker's default."
  type        = number
  default     = null
}

variable "resources" {
  description = "Memory and CPU of a worker: requests and limits alike."
  type = object({
    cpu    = optional(string, "500m")
    memory = optional(string, "1Gi")
  })
  default = null
}

variable "jvm_heap" {
  description = "Heap of a worker's JVM: 512m, 1g. The image's default when null."
  type        = string
  default     = null
}
