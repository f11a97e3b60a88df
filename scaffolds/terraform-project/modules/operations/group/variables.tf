variable "state" {
  description = "Whether the jobs and connectors of the group run: running, or suspended."
  type        = string
  default     = null
}
