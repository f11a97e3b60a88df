output "name" {
  description = "Name of the KafkaConnect cluster, for cluster of connectors; null when disabled. It is known once the cluster is ready, if the module waits."
  value       = one(sdp_kafka_connect.this[*].name)
  depends_on  = [sdp_rollout.this]
}

output "namespace" {
  description = "Namespace of the cluster; null when disabled."
  value       = one(sdp_kafka_connect.this[*].namespace)
}

output "revision" {
  description = "Hash of everything that the module declares; null when disabled."
  value       = one(sdp_kafka_connect.this[*].revision)
}
