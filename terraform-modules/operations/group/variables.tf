variable "state" {
  description = "Whether the jobs and connectors of the group run: running, or suspended."
  type        = string
  default     = "running"
  nullable    = false

  validation {
    condition     = contains(["running", "suspended"], var.state)
    error_message = "Use running or suspended."
  }
}
