locals {
  settings = { "file" = var.file }
}

module "sink" {
  source = "../sink"

  class               = "org.apache.kafka.connect.file.FileStreamSinkConnector"
  enabled             = var.enabled
  name                = var.name
  cluster             = var.cluster
  topics              = var.topics
  topics_regex        = var.topics_regex
  tasks_max           = var.tasks_max
  errors              = var.errors
  converters          = var.converters
  transforms          = var.transforms
  predicates          = var.predicates
  consumer_config     = var.consumer_config
  producer_config     = var.producer_config
  state               = var.state
  auto_restart        = var.auto_restart
  namespace           = var.namespace
  labels              = var.labels
  annotations         = var.annotations
  wait                = var.wait
  rollback_on_failure = var.rollback_on_failure
  retry               = var.retry
  timeout             = var.timeout
  config              = merge(local.settings, var.config)
}
