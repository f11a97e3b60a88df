output "job_state" {
  description = "For state of a Flink job: running or suspended."
  value       = module.this.job_state
}

output "connector_state" {
  description = "For state of a connector: running or stopped."
  value       = module.this.connector_state
}
