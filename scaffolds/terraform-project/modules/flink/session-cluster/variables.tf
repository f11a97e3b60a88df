variable "enabled" {
  description = "Whether the cluster exists. Setting it to false deletes it, which waits for its jobs to be gone."
  type        = bool
  default     = null
}

variable "job_manager" {
  description = "The JobManager: memory of the process (1600m, 2g), CPU cores, number of processes (more than 1 are standbys)."
  type = object({
    memory   = optional(string, "1600m")
    cpu      = optional(number, 1)
    replicas = optional(number, 1)
  })
  default = null
}

variable "task_manager" {
  description = "The TaskManagers: memory of one process (1728m, 4g), CPU cores of one, and their number, which only standalone clusters use (null: as many as jobs need)."
  type = object({
    memory   = optional(string, "1728m")
    cpu      = optional(number, 1)
    replicas = optional(number)
  })
  default = null
}

variable "task_slots" {
  description = "Slots of a TaskManager: how many parallel parts of jobs it runs."
  type        = number
  default     = null
}

variable "checkpoint_interval" {
  description = "Time between checkpoints of a job that sets none itself: 30 s, 1 min."
  type        = string
  default     = null
}

variable "flink_configuration" {
  description = "Flink configuration by key. It goes over the module's defaults (high availability, retained checkpoints)."
  type        = map(string)
  default     = null
}

variable "allow_state_loss" {
  description = "Whether a change or a deletion of the cluster may lose the state of its jobs. For a deletion it has to be applied before."
  type        = bool
  default     = null
}
