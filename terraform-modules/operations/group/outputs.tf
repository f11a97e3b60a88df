output "job_state" {
  description = "For state of a Flink job: running or suspended."
  value       = var.state
}

output "connector_state" {
  description = "For state of a connector: running or stopped."
  value       = var.state == "running" ? "running" : "stopped"
}
