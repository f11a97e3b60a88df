output "name" {
  description = "Name of the FlinkDeployment; null when disabled. It is known once the job runs, if the module waits."
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

output "ui_service" {
  description = "Service of the Flink UI and REST API (port 8081), which the operator makes; null when disabled."
  value       = module.this.ui_service
}

output "ui_host" {
  description = "Host under which the Ingress offers the Flink UI; null without an Ingress."
  value       = module.this.ui_host
}
