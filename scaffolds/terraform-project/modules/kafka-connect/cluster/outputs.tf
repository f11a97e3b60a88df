output "name" {
  description = "Name of the Connect cluster, for cluster of connectors; null when disabled. It is known once the cluster is ready, if the module waits."
  value       = module.this.name
}

output "namespace" {
  description = "Namespace of the cluster; null when disabled."
  value       = module.this.namespace
}

output "revision" {
  description = "Hash of everything that the module declares; null when disabled."
  value       = module.this.revision
}
