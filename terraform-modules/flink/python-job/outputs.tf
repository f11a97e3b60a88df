output "name" {
  description = "Name of the FlinkSessionJob; null when disabled. It is known once the job runs, if the module waits."
  value       = one(sdp_flink_session_job.this[*].name)
  depends_on  = [sdp_rollout.this]
}

output "namespace" {
  description = "Namespace of the job; null when disabled."
  value       = one(sdp_flink_session_job.this[*].namespace)
}

output "revision" {
  description = "Hash of everything that the module declares; null when disabled."
  value       = one(sdp_flink_session_job.this[*].revision)
}
