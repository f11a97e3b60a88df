locals {
  clusters = merge(
    { for key, value in var.source_cluster.config : "source.cluster.${key}" => value },
    { for key, value in var.target_cluster.config : "target.cluster.${key}" => value },
    {
      "source.cluster.alias"             = var.source_cluster.alias
      "source.cluster.bootstrap.servers" = var.source_cluster.bootstrap_servers
      "target.cluster.alias"             = var.target_cluster.alias
      "target.cluster.bootstrap.servers" = var.target_cluster.bootstrap_servers
    },
    { for class in compact([var.keep_names ? "org.apache.kafka.connect.mirror.IdentityReplicationPolicy" : null]) : "replication.policy.class" => class },
  )
  # Records are bytes: a converter that reads them changes them.
  converters = {
    key    = { class = "org.apache.kafka.connect.converters.ByteArrayConverter" }
    value  = { class = "org.apache.kafka.connect.converters.ByteArrayConverter" }
    header = { class = "org.apache.kafka.connect.converters.ByteArrayConverter" }
  }
  emit_offset_syncs = var.offset_syncs.enabled || var.checkpoints.enabled
  settings = merge(local.clusters, {
    for key, value in {
      "topics"                     = join(",", var.topics)
      "topics.exclude"             = var.topics_exclude == null ? null : join(",", var.topics_exclude)
      "replication.factor"         = var.replication_factor
      "sync.topic.configs.enabled" = var.sync_topic_configs
      "sync.topic.acls.enabled"    = var.sync_topic_acls
      # The connector refuses settings of what it does not do.
      "emit.offset-syncs.enabled"             = local.emit_offset_syncs
      "offset-syncs.topic.location"           = local.emit_offset_syncs ? var.offset_syncs.location : null
      "offset-syncs.topic.replication.factor" = local.emit_offset_syncs ? var.offset_syncs.replication_factor : null
      "heartbeats.replication.enabled"        = false
    } : key => tostring(value) if value != null
  })
}

module "source" {
  source = "../source"

  class               = "org.apache.kafka.connect.mirror.MirrorSourceConnector"
  enabled             = var.enabled
  name                = var.name
  cluster             = var.cluster
  tasks_max           = var.tasks_max
  errors              = var.errors
  transforms          = var.transforms
  predicates          = var.predicates
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
  converters          = local.converters
  config              = merge(local.settings, var.config)
}

module "checkpoints" {
  source = "../source"

  enabled             = var.enabled && var.checkpoints.enabled
  name                = "${var.name}-checkpoints"
  cluster             = var.cluster
  class               = "org.apache.kafka.connect.mirror.MirrorCheckpointConnector"
  converters          = local.converters
  state               = var.state
  auto_restart        = var.auto_restart
  namespace           = var.namespace
  labels              = var.labels
  annotations         = var.annotations
  wait                = var.wait
  rollback_on_failure = var.rollback_on_failure
  retry               = var.retry
  timeout             = var.timeout
  config = merge(local.clusters, {
    "groups"                               = join(",", var.checkpoints.groups)
    "sync.group.offsets.enabled"           = tostring(var.checkpoints.sync_group_offsets)
    "checkpoints.topic.replication.factor" = tostring(var.replication_factor)
    "offset-syncs.topic.location"          = var.offset_syncs.location
  })
}
