output "name" {
  description = "Name of the user in Kafka; null when disabled. It is known once the user is ready, if the module waits."
  value       = module.this.name
}

output "namespace" {
  description = "Namespace of the KafkaUser resource and of its Secret; null when disabled."
  value       = module.this.namespace
}

output "secret" {
  description = "Name of the Secret with keys password and sasl.jaas.config; null for a user who does not log in with SCRAM, or when disabled."
  value       = module.this.secret
}

output "revision" {
  description = "Hash of everything that the module declares; null when disabled."
  value       = module.this.revision
}
