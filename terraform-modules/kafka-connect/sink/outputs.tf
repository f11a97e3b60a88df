output "name" {
  description = "Name of the KafkaConnector; null when disabled. It is known once the connector runs, if the module waits."
  value       = one(sdp_kafka_connector.this[*].name)
  depends_on  = [sdp_rollout.this]
}

output "namespace" {
  description = "Namespace of the connector; null when disabled."
  value       = one(sdp_kafka_connector.this[*].namespace)
}

output "revision" {
  description = "Hash of everything that the module declares; null when disabled."
  value       = one(sdp_kafka_connector.this[*].revision)
}

output "config" {
  description = "Configuration of the connector by key, as it is declared."
  value       = local.config
}
