variable "enabled" {
  description = "Whether the cluster exists. Setting it to false deletes it; connectors stop with it."
  type        = bool
  default     = true
  nullable    = false
}

variable "name" {
  description = "Name of the Connect cluster, by which connectors refer to it."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", var.name))
    error_message = "The name ${jsonencode(var.name)} is no Kubernetes name: use lower-case letters, digits and '-'."
  }
}

variable "namespace" {
  description = "Namespace of the cluster and of its connectors. The provider's when null."
  type        = string
  default     = null
}

variable "bootstrap_servers" {
  description = "Brokers of Kafka: host:port, separated by commas. The Kafka cluster of the platform when null."
  type        = string
  default     = null

  validation {
    condition     = var.bootstrap_servers == null || can(regex("^[^\\s,]+:[0-9]+(,[^\\s,]+:[0-9]+)*$", var.bootstrap_servers))
    error_message = "Write host:port, separated by commas."
  }
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

  validation {
    condition     = var.authentication == null || contains(["scram-sha-512", "scram-sha-256", "plain", "tls"], try(var.authentication.type, ""))
    error_message = "authentication.type is scram-sha-512, scram-sha-256, plain or tls."
  }

  validation {
    condition     = var.authentication == null || (try(var.authentication.type, "") == "tls" ? try(var.authentication.certificate_and_key, null) != null : try(var.authentication.username, null) != null && try(var.authentication.password_secret, null) != null)
    error_message = "tls needs certificate_and_key; the other types need username and password_secret."
  }
}

variable "kafka_cluster" {
  description = "Name of the Kafka cluster whose plain listener is used when bootstrap_servers is null."
  type        = string
  default     = "kafka"
  nullable    = false
}

variable "kafka_namespace" {
  description = "Namespace of that Kafka cluster. The Connect cluster's own when null."
  type        = string
  default     = null
}

variable "kafka_version" {
  description = "Version of Kafka Connect. The operator's default when null."
  type        = string
  default     = null
}

variable "replicas" {
  description = "Number of workers."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.replicas >= 1 && floor(var.replicas) == var.replicas
    error_message = "Use a whole number, 1 or more."
  }
}

variable "image" {
  description = "Container image with the plugins inside. The operator's, or the one that build makes, when null."
  type        = string
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
  default     = []
  nullable    = false
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

  validation {
    condition     = try(alltrue(flatten([for plugin in var.build.plugins : [for item in plugin.artifacts : contains(["jar", "tgz", "zip", "maven", "other"], item.type)]])), var.build == null)
    error_message = "An artifact's type is jar, tgz, zip, maven or other."
  }

  validation {
    condition     = try(alltrue(flatten([for plugin in var.build.plugins : [for item in plugin.artifacts : item.type == "maven" ? item.group != null && item.artifact != null && item.version != null : item.url != null]])), var.build == null)
    error_message = "A maven artifact has group, artifact and version; any other has a url."
  }

  validation {
    condition     = try(length(distinct(var.build.plugins[*].name)) == length(var.build.plugins), var.build == null)
    error_message = "Two plugins have one name."
  }
}

variable "config" {
  description = "Configuration of the workers by key. It goes over the module's defaults (JSON without schemas, secrets from Kubernetes)."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "replication_factor" {
  description = "Copies of the three topics in which Connect keeps configuration, offsets and status; -1: the broker's default."
  type        = number
  default     = -1
  nullable    = false
}

variable "resources" {
  description = "Memory and CPU of a worker: requests and limits alike."
  type = object({
    cpu    = optional(string, "500m")
    memory = optional(string, "1Gi")
  })
  default  = {}
  nullable = false
}

variable "jvm_heap" {
  description = "Heap of a worker's JVM: 512m, 1g. The image's default when null."
  type        = string
  default     = null

  validation {
    condition     = var.jvm_heap == null || can(regex("^[0-9]+[mMgG]$", var.jvm_heap))
    error_message = "Write megabytes or gigabytes: 512m, 1g."
  }
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
  description = "Whether an apply waits until the cluster is ready, and fails with the cause when it does not."
  type        = bool
  default     = true
  nullable    = false
}

variable "timeout" {
  description = "How long to wait: 90s, 5m, 1h30m."
  type        = string
  default     = "10m"
  nullable    = false

  validation {
    condition     = can(regex("^([0-9]+(ms|s|m|h))+$", var.timeout))
    error_message = "Write a duration such as 90s, 5m or 1h30m."
  }
}
