output "environment" {
  description = "The environment that this folder is initialised for."
  value       = local.environment

  precondition {
    condition     = fileexists(local.file)
    error_message = "The environment ${local.environment} has no settings: environments/${local.environment}.yaml does not exist. Add the file, or choose another environment by: sdp init --environment NAME."
  }
}

output "namespace" {
  description = "Kubernetes namespace of everything that the project declares."
  value       = local.settings.namespace
}

output "session_cluster" {
  description = "Session cluster of the team, which runs SQL, Python and Java jobs."
  value       = local.settings.session_cluster
}

output "kafka_cluster" {
  description = "Kafka cluster that topics are on."
  value       = local.settings.kafka_cluster
}

output "connect_clusters" {
  description = "Connect clusters by their short names."
  value       = local.settings.connect_clusters
}

output "databases" {
  description = "Databases by their short names: JDBC URL, schema, and the Secret with user and password."
  value       = local.settings.databases
}

output "flink_image" {
  description = "Image of standalone jobs that name none."
  value       = local.settings.flink_image
}

output "flink" {
  description = "Version of that image, the image of the runner where it has none, and what images and artifacts of private servers need."
  value = merge(
    { version = null, runner_image = null, image_pull_secrets = null, artifact_credentials = null, artifact_ca = null },
    try(local.settings.flink, {}),
  )
}

output "storage_uri" {
  description = "Where standalone jobs keep checkpoints and savepoints that name no place."
  value       = local.settings.storage_uri
}

output "labels" {
  description = "Labels of everything that the project declares."
  value       = local.settings.labels
}

output "wait" {
  description = "Whether an apply waits until what it changed is healthy."
  value       = local.settings.wait
}
