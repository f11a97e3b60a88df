output "name" {
  description = "Name of the FlinkSessionJob; null when disabled. It is known once the job runs, if the module waits."
  value       = module.this.name
}

output "namespace" {
  description = "Namespace of the job; null when disabled."
  value       = module.this.namespace
}

output "revision" {
  description = "Hash of everything that the module declares; null when disabled."
  value       = module.this.revision
}

output "sql" {
  description = "The script that the job runs."
  value       = module.this.sql
}
