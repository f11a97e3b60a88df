locals {
  settings = {
    "file"  = var.file
    "topic" = var.topic
  }
}

module "source" {
  source = "../source"

  class               = "org.apache.kafka.connect.file.FileStreamSourceConnector"
  enabled             = var.enabled
  name                = var.name
  cluster             = var.cluster
  errors              = var.errors
  converters          = var.converters
  transforms          = var.transforms
  predicates          = var.predicates
  producer_config     = var.producer_config
  topic_creation      = var.topic_creation
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
