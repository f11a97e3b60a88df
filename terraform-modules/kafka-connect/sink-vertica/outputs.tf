output "name" {
  description = "Name of the KafkaConnector; null when disabled. It is known once the connector runs, if the module waits."
  value       = module.sink.name
}

output "namespace" {
  description = "Namespace of the connector; null when disabled."
  value       = module.sink.namespace
}

output "revision" {
  description = "Hash of everything that the module declares; null when disabled."
  value       = module.sink.revision
}

output "config" {
  description = "Configuration of the connector by key, as it is declared."
  value       = module.sink.config
}
