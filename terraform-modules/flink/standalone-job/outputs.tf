output "name" {
  description = "Name of the FlinkDeployment; null when disabled. It is known once the job runs, if the module waits."
  value       = one(sdp_flink_deployment.this[*].name)
  depends_on  = [sdp_rollout.this]
}

output "namespace" {
  description = "Namespace of the job; null when disabled."
  value       = one(sdp_flink_deployment.this[*].namespace)
}

output "revision" {
  description = "Hash of everything that the module declares; null when disabled."
  value       = one(sdp_flink_deployment.this[*].revision)
}

output "ui_service" {
  description = "Service of the Flink UI and REST API (port 8081), which the operator makes; null when disabled."
  value       = var.enabled ? "${local.name}-rest" : null
}

output "ui_host" {
  description = "Host under which the Ingress offers the Flink UI; null without an Ingress."
  value       = var.enabled && var.ingress.enabled ? local.host : null
}
