output "name" {
  description = "Name of the ConfigMap, for catalog of flink/sql-job; null when disabled."
  value       = var.enabled ? local.name : null
  depends_on  = [sdp_manifest.this]
}
