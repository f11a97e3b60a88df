variable "enabled" {
  description = "Whether the cluster exists. Setting it to false deletes it, which waits for its jobs to be gone."
  type        = bool
  default     = true
  nullable    = false
}

variable "name" {
  description = "Name of the cluster, by which jobs refer to it."
  type        = string
  default     = "flink"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([-a-z0-9]{0,43}[a-z0-9])?$", var.name))
    error_message = "The Flink operator takes 1 to 45 lower-case letters, digits and '-', a letter first."
  }
}

variable "namespace" {
  description = "Namespace of the cluster and of its jobs. The provider's when null."
  type        = string
  default     = null
}

variable "image" {
  description = "Container image with Flink and what jobs need. Flink's own when null, which has neither the runner (runner_image) nor connectors."
  type        = string
  default     = null
}

variable "flink_version" {
  description = "Flink version of the image: \"2.2\" or \"1.20\", for which sdp's runner is made. The local platform runs 2.2."
  type        = string
  default     = "2.2"
  nullable    = false

  validation {
    condition     = contains(["2.2", "1.20"], var.flink_version)
    error_message = "${jsonencode(var.flink_version)} is no version that sdp's runner is made for. Write \"2.2\" or \"1.20\", in quotation marks: the number 1.20 is 1.2."
  }
}

variable "image_pull_secrets" {
  description = "Secrets (kubernetes.io/dockerconfigjson) of the namespace with logins of the registries that images come from."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "artifact_credentials" {
  description = "Secret of the namespace with logins of private servers that Python archives and jars come from: under key, a netrc (machine pypi.example.com login USER password TOKEN, for each host)."
  type = object({
    secret = string
    key    = optional(string, "netrc")
  })
  default = null
}

variable "artifact_ca" {
  description = "ConfigMap or Secret of the namespace with the CA certificates (PEM) of servers that Python archives and jars come from, trusted besides those that Java knows."
  type = object({
    config_map = optional(string)
    secret     = optional(string)
    key        = optional(string, "ca.crt")
  })
  default = null

  validation {
    condition     = var.artifact_ca == null || (try(var.artifact_ca.config_map, null) == null) != (try(var.artifact_ca.secret, null) == null)
    error_message = "Name either config_map or secret."
  }
}

variable "runner_image" {
  description = "Image that the runner's jar is taken from (at /sdp-runner.jar), when the image has none in /opt/flink/lib."
  type        = string
  default     = null
}

variable "env" {
  description = "Environment variables of the processes. Secrets do not belong here: use secret_env."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "secret_env" {
  description = "Environment variables from Kubernetes Secrets of the namespace, by variable."
  type = map(object({
    secret = string
    key    = string
  }))
  default  = {}
  nullable = false
}

variable "service_account" {
  description = "ServiceAccount of the pods; it needs the operator's role for Flink's high availability."
  type        = string
  default     = "flink"
  nullable    = false
}

variable "job_manager" {
  description = "The JobManager: memory of the process (1600m, 2g), CPU cores, number of processes (more than 1 are standbys)."
  type = object({
    memory   = optional(string, "1600m")
    cpu      = optional(number, 1)
    replicas = optional(number, 1)
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^[0-9]+(\\.[0-9]+)? ?([kmgtKMGT](i?[bB]?|i)?)$", var.job_manager.memory))
    error_message = "Memory is a number and a unit, such as 1600m, 2g or 2Gi."
  }
  validation {
    condition     = var.job_manager.cpu > 0 && var.job_manager.replicas >= 1 && floor(var.job_manager.replicas) == var.job_manager.replicas
    error_message = "cpu is more than 0, replicas a whole number, 1 or more."
  }
}

variable "task_manager" {
  description = "The TaskManagers: memory of one process (1728m, 4g), CPU cores of one, and their number, which only standalone clusters use (null: as many as jobs need)."
  type = object({
    memory   = optional(string, "1728m")
    cpu      = optional(number, 1)
    replicas = optional(number)
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^[0-9]+(\\.[0-9]+)? ?([kmgtKMGT](i?[bB]?|i)?)$", var.task_manager.memory))
    error_message = "Memory is a number and a unit, such as 1728m, 4g or 4Gi."
  }
  validation {
    condition     = var.task_manager.cpu > 0 && try(var.task_manager.replicas == null || (var.task_manager.replicas >= 1 && floor(var.task_manager.replicas) == var.task_manager.replicas), true)
    error_message = "cpu is more than 0, replicas a whole number, 1 or more."
  }
}

variable "task_slots" {
  description = "Slots of a TaskManager: how many parallel parts of jobs it runs."
  type        = number
  default     = 8
  nullable    = false

  validation {
    condition     = var.task_slots >= 1 && floor(var.task_slots) == var.task_slots
    error_message = "Use a whole number of slots, 1 or more."
  }
}

variable "storage_uri" {
  description = "Where checkpoints, savepoints and high-availability data go, for all processes to reach: s3a://bucket/flink, file:///flink-data on a shared volume."
  type        = string
  default     = "file:///flink-data"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9+.-]*://", var.storage_uri))
    error_message = "Write a URI such as s3a://bucket/flink or file:///flink-data."
  }
}

variable "checkpoint_interval" {
  description = "Time between checkpoints of a job that sets none itself: 30 s, 1 min."
  type        = string
  default     = "1 min"
  nullable    = false
}

variable "flink_configuration" {
  description = "Flink configuration by key. It goes over the module's defaults (high availability, retained checkpoints)."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "allow_state_loss" {
  description = "Whether a change or a deletion of the cluster may lose the state of its jobs. For a deletion it has to be applied before."
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
  description = "Whether an apply waits until the cluster is ready, and fails when it does not become so."
  type        = bool
  default     = true
  nullable    = false
}

variable "timeout" {
  description = "How long to wait for the cluster: 90s, 5m, 1h30m."
  type        = string
  default     = "10m"
  nullable    = false

  validation {
    condition     = can(regex("^([0-9]+(ms|s|m|h))+$", var.timeout))
    error_message = "Write a duration such as 90s, 5m or 1h30m."
  }
}
