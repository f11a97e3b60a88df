output "name" {
  description = "Name of the user in Kafka; null when disabled. It is known once the user is ready, if the module waits."
  value       = var.enabled ? var.name : null
  depends_on  = [sdp_rollout.this]
}

output "namespace" {
  description = "Namespace of the KafkaUser resource and of its Secret; null when disabled."
  value       = one(sdp_kafka_user.this[*].namespace)
}

output "secret" {
  description = "Name of the Secret with keys password and sasl.jaas.config; null for a user who does not log in with SCRAM, or when disabled."
  value       = var.enabled && var.authentication == "scram-sha-512" ? var.name : null
  depends_on  = [sdp_rollout.this]
}

output "revision" {
  description = "Hash of everything that the module declares; null when disabled."
  value       = one(sdp_kafka_user.this[*].revision)
}
