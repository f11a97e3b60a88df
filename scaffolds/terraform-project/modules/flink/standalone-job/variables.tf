variable "enabled" {
  description = "Whether the job exists. Setting it to false deletes it with its cluster; unless upgrade_mode is stateless, a savepoint is taken."
  type        = bool
  default     = null
}

variable "job_name" {
  description = "Name of the job; the Kubernetes object has its lower-case form, with '-' for anything but letters and digits."
  type        = string
}

variable "parallelism" {
  description = "Parallelism of the job."
  type        = number
  default     = null
}

variable "state" {
  description = "Whether the job runs: running, or suspended."
  type        = string
  default     = null
}

variable "upgrade_mode" {
  description = "What a change does with the job's state: savepoint (taken, and restored), last-state (the last checkpoint is restored) or stateless (it is lost)."
  type        = string
  default     = null
}

variable "restore" {
  description = "What a new job starts from: latest (the newest savepoint that is kept of a job of its name), none, or the path of a savepoint."
  type        = string
  default     = null
}

variable "args" {
  description = "Parameters: values for $${name} in SQL; --<name> <value> for Python and Java."
  type        = map(string)
  default     = null
}

variable "restart_nonce" {
  description = "A new value restarts the job with its state, for instance after a Secret that it uses has changed."
  type        = number
  default     = null
}

variable "flink_configuration" {
  description = "Flink configuration by key. It goes over the module's defaults (high availability, retained checkpoints, metrics)."
  type        = map(string)
  default     = null
}

variable "job_type" {
  description = "What the job is: sql (a script of the project), python (a module of an archive) or java (a jar)."
  type        = string
}

variable "script" {
  description = "Path of a SQL job's script, from the project's folder. <sql_directory>/jobs/<job_name>.sql when null."
  type        = string
  default     = null
}

variable "python" {
  description = "The archive with the functions that a SQL job creates with LANGUAGE PYTHON: its URI (sdist, wheel or zip), its SHA-256 in hexadecimal (another content is refused), and requirements for pip. Needed with such functions only."
  type = object({
    archive_uri    = string
    archive_sha256 = optional(string)
    requirements   = optional(list(string))
  })
  default = null
}

variable "py_module" {
  description = "Module that is run, as python -m has it: package.module."
  type        = string
  default     = null
}

variable "py_archive_uri" {
  description = "URI of the archive with the module: sdist (tar.gz), wheel or zip."
  type        = string
  default     = null
}

variable "py_archive_sha256" {
  description = "SHA-256 of the archive in hexadecimal: another content is refused."
  type        = string
  default     = null
}

variable "py_requirements" {
  description = "Requirements for pip, a line each, such as requirements.txt has them."
  type        = string
  default     = null
}

variable "jar_uri" {
  description = "URI of a Java job's jar: local:///opt/flink/usrlib/job.jar in the image, or https://…."
  type        = string
  default     = null
}

variable "entry_class" {
  description = "Class with a Java job's main method. The one that the jar's manifest names when null."
  type        = string
  default     = null
}

variable "checkpoint_config" {
  description = "Checkpoints: interval and timeout (30 s, 2 min), min_pause between two, mode (EXACTLY_ONCE or AT_LEAST_ONCE), and s3_path, the folder for checkpoints, savepoints and high-availability data. Without s3_path they go below storage_uri."
  type = object({
    interval  = optional(string, "1 min")
    timeout   = optional(string)
    min_pause = optional(string)
    mode      = optional(string, "EXACTLY_ONCE")
    s3_path   = optional(string)
  })
  default = null
}

variable "jm_resource" {
  description = "The JobManager: CPU cores, memory of the process (1600m, 4G), and how many."
  type = object({
    cpu      = optional(number, 1)
    memory   = optional(string, "1600m")
    replicas = optional(number)
  })
  default = null
}

variable "tm_resource" {
  description = "A TaskManager: CPU cores, memory of the process (1600m, 4G), and how many."
  type = object({
    cpu      = optional(number, 1)
    memory   = optional(string, "1728m")
    replicas = optional(number)
  })
  default = null
}

variable "task_slots" {
  description = "Slots of a TaskManager: how many parallel parts of the job it runs."
  type        = number
  default     = null
}

variable "env" {
  description = "Environment variables of the processes. Secrets do not belong here: use secret_env."
  type        = map(string)
  default     = null
}

variable "secret_env" {
  description = "Environment variables from Kubernetes Secrets of the namespace, by variable."
  type = map(object({
    secret = string
    key    = string
  }))
  default = null
}

variable "ingress" {
  description = "Whether the Flink UI gets an Ingress, and under which host, class, TLS secret and annotations."
  type = object({
    enabled     = optional(bool, true)
    host        = optional(string)
    class_name  = optional(string)
    tls_secret  = optional(string)
    annotations = optional(map(string), {})
  })
  default = null
}

variable "monitoring" {
  description = "Whether Prometheus scrapes the job (ServiceMonitor), at which interval; labels by which Prometheus selects ServiceMonitors."
  type = object({
    enabled  = optional(bool, true)
    interval = optional(string, "30s")
    labels   = optional(map(string), {})
  })
  default = null
}

variable "flink_image" {
  description = "Container image with Flink and what the job needs. The team's when null."
  type        = string
  default     = null
}

variable "flink_version" {
  description = "Flink version of the image: \"2.2\" or \"1.20\". The team's when null."
  type        = string
  default     = null
}

variable "allow_state_loss" {
  description = "Whether a change may lose state that upgrade_mode promises to keep. For a deletion it has to be applied before."
  type        = bool
  default     = null
}

variable "rollback_on_failure" {
  description = "Whether a change that fails is taken back: the job runs again as it did when it was healthy last, with the state that the change was made from. The apply fails all the same."
  type        = bool
  default     = null
}

variable "retry" {
  description = "Whether a revision that was rolled back may be tried once more as it is. Without it such a plan is an error."
  type        = bool
  default     = null
}

variable "timeout" {
  description = "How long to wait: 90s, 5m, 1h30m."
  type        = string
  default     = null
}
