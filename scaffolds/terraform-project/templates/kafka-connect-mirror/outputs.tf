output "name" {
  description = "Name of the KafkaConnector; null when disabled. It is known once the connector runs, if the module waits."
  value       = module.this.name
}

output "namespace" {
  description = "Namespace of the connector; null when disabled."
  value       = module.this.namespace
}

output "revision" {
  description = "Hash of everything that the module declares; null when disabled."
  value       = module.this.revision
}
