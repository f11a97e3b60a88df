output "name" {
  description = "Name of the topic in Kafka; null when disabled. It is known once the topic is ready, if the module waits."
  value       = module.this.name
}

output "namespace" {
  description = "Namespace of the KafkaTopic resource; null when disabled."
  value       = module.this.namespace
}

output "revision" {
  description = "Hash of everything that the module declares; null when disabled."
  value       = module.this.revision
}
