variable "enabled" {
  description = "Whether the catalog exists. Jobs that name it do not start without it."
  type        = bool
  default     = true
  nullable    = false
}

variable "name" {
  description = "What the ConfigMap's name begins with; it ends with a hash of the DDL."
  type        = string
  default     = "sql-catalog"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]([-a-z0-9.]{0,200}[a-z0-9])?$", var.name))
    error_message = "Kubernetes takes lower-case letters, digits, '-' and '.' as a name."
  }
}

variable "namespace" {
  description = "Namespace of the catalog: that of the jobs which share it."
  type        = string
  default     = "default"
  nullable    = false
}

variable "sql_directory" {
  description = "Folder with the DDL (ddl/), from the project's folder: that of the jobs."
  type        = string
  default     = "sql"
  nullable    = false
}

variable "labels" {
  description = "Labels of the ConfigMap."
  type        = map(string)
  default     = {}
  nullable    = false
}
