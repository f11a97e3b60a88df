variable "module_enabled" {
  description = "Whether the connector exists. Setting it to false deletes it; its offsets stay in Kafka."
  type        = bool
  default     = null
}

variable "name" {
  description = "Name of the connector. Another name is another connector, with offsets of its own."
  type        = string
}

variable "cluster" {
  description = "Name of the Connect cluster (KafkaConnect) that runs the connector, in the same namespace."
  type        = string
}

variable "class" {
  description = "Class of the source connector, or its alias."
  type        = string
}

variable "tasks_max" {
  description = "How many tasks the connector has at most."
  type        = number
  default     = null
}

variable "config" {
  description = "Configuration of the connector by key. Secrets are referred to: $${secrets:<namespace>/<secret>:<key>}."
  type        = map(string)
  default     = null
}

variable "state" {
  description = "Whether the connector runs: running, paused, or stopped (its tasks are gone, its offsets stay)."
  type        = string
  default     = null
}
