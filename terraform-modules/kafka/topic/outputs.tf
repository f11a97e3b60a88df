output "name" {
  description = "Name of the topic in Kafka; null when disabled. It is known once the topic is ready, if the module waits."
  value       = var.enabled ? coalesce(var.topic_name, var.name) : null
  depends_on  = [sdp_rollout.this]
}

output "namespace" {
  description = "Namespace of the KafkaTopic resource; null when disabled."
  value       = one(sdp_kafka_topic.this[*].namespace)
}

output "revision" {
  description = "Hash of everything that the module declares; null when disabled."
  value       = one(sdp_kafka_topic.this[*].revision)
}
