variable "module_enabled" {
  description = "Whether the connector exists. Setting it to false deletes it; its offsets stay in Kafka."
  type        = bool
  default     = null
}

variable "name" {
  description = "Name of the connector. Another name is another connector, with offsets of its own."
  type        = string
}

variable "topics" {
  description = "Topics that are read: names, separated by commas."
  type        = string
}

variable "vertica_target" {
  description = "The database: JDBC URL, schema of the tables, and the Kubernetes Secret with user and password (in the connector's namespace unless it names another)."
  type = object({
    url    = string
    schema = optional(string)
    secret = object({
      name         = string
      namespace    = optional(string)
      user_key     = optional(string, "username")
      password_key = optional(string, "password")
    })
  })
}

variable "cluster" {
  description = "Name of the Connect cluster (KafkaConnect) that runs the connector, in the same namespace."
  type        = string
}

variable "task_config" {
  description = "Configuration of the sink by key: vc.table, insert.mode (insert, upsert, update), upsert.timestamp.fields (an older record never overwrites a newer row; without effect on insert), and any other key of the connector."
  type        = map(string)
}

variable "tasks_max" {
  description = "How many tasks the connector has at most."
  type        = number
  default     = null
}

variable "state" {
  description = "Whether the connector runs: running, paused, or stopped (its tasks are gone, its offsets stay)."
  type        = string
  default     = null
}

variable "errors" {
  description = "What becomes of a record that cannot be used: tolerance none (the task fails) or all (it is skipped), and dead_letter_topic, where skipped records go."
  type = object({
    tolerance         = optional(string, "none")
    dead_letter_topic = optional(string)
    log               = optional(bool, true)
  })
  default = null
}
