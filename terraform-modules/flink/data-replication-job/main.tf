locals {
  # "Job_One" is the job job-one.
  name = trim(replace(lower(var.job_name), "/[^a-z0-9]+/", "-"), "-")

  # A changed job keeps its state, and so does one that is deleted and made again from its savepoint.
  safe_configuration = var.upgrade_mode == "stateless" ? {} : {
    "kubernetes.operator.job.savepoint-on-deletion" = "true"
  }
  checkpoint_configuration = {
    for key, value in {
      "execution.checkpointing.interval"  = var.checkpoint_config.interval
      "execution.checkpointing.timeout"   = var.checkpoint_config.timeout
      "execution.checkpointing.min-pause" = var.checkpoint_config.min_pause
      "execution.checkpointing.mode"      = var.checkpoint_config.mode
    } : key => value if value != null
  }
  flink_configuration = merge(local.safe_configuration, local.checkpoint_configuration, var.flink_configuration)

  # The brokers of the platform come from the JobManager's environment (SDP_BOOTSTRAP_SERVERS).
  platform_brokers = "$${bootstrap_servers}"

  source_options = merge({
    "connector"                    = "kafka"
    "topic"                        = var.source_topic.topic
    "properties.bootstrap.servers" = coalesce(var.source_topic.bootstrap_servers, local.platform_brokers)
    "properties.group.id"          = coalesce(var.source_topic.group_id, local.name)
    "scan.startup.mode"            = var.source_topic.startup
    "format"                       = var.source_topic.format
  }, var.source_topic.options)

  topic_options = var.target.topic == null ? null : merge(
    {
      "topic"                        = var.target.topic.topic
      "properties.bootstrap.servers" = coalesce(var.target.topic.bootstrap_servers, local.platform_brokers)
    },
    var.target.topic.upsert ? {
      "connector"    = "upsert-kafka"
      "key.format"   = var.target.topic.format
      "value.format" = var.target.topic.format
      } : merge(
      { "connector" = "kafka" },
      length(var.target.topic.key) == 0 ? { "format" = var.target.topic.format } : {
        "key.fields"                                 = join(";", var.target.topic.key)
        "key.format"                                 = var.target.topic.format
        "value.format"                               = var.target.topic.format
      },
    ),
    var.target.topic.options,
  )
  files_options = var.target.files == null ? null : merge(
    {
      "connector"                             = "filesystem"
      "path"                                  = var.target.files.path
      "format"                                = var.target.files.format
      "sink.rolling-policy.rollover-interval" = var.target.files.rolling_interval
    },
    # Flink looks once a minute whether a file is due.
    can(regex("^[0-9]+ ?(ms|s|sec|second|seconds)$", var.target.files.rolling_interval)) ? {
      "sink.rolling-policy.check-interval" = var.target.files.rolling_interval
    } : {},
    var.target.files.options,
  )
  # The runner reads the Secret: its values are in no plan, no state and no argument.
  jdbc_options = var.target.jdbc == null ? null : merge(
    {
      "connector"  = "jdbc"
      "url"        = var.target.jdbc.url
      "table-name" = var.target.jdbc.table
    },
    try(var.target.jdbc.secret, null) == null ? {} : {
      "username" = "$${secret:${var.target.jdbc.secret.name}/${var.target.jdbc.secret.user_key}}"
      "password" = "$${secret:${var.target.jdbc.secret.name}/${var.target.jdbc.secret.password_key}}"
    },
    var.target.jdbc.options,
  )
  target_options = merge(local.topic_options, local.files_options, local.jdbc_options)
  primary_key    = var.target.jdbc != null ? var.target.jdbc.primary_key : try(var.target.topic.upsert ? var.target.topic.key : [], [])
  partition_by   = try(var.target.files.partition_by, [])

  selected = [for column in var.columns : merge(column, { target = coalesce(column.renamed_to, column.name) }) if column.select]
  unknown_columns = [
    for name in concat(local.primary_key, local.partition_by, try(var.target.topic.key, [])) : name
    if !contains(local.selected[*].target, name)
  ]

  script = templatefile("${path.module}/replicate.sql.tftpl", {
    job_name    = replace(var.job_name, "/[\r\n]+/", " ")
    description = "topic ${var.source_topic.topic} to ${var.target.topic != null ? "topic ${var.target.topic.topic}" : var.target.files != null ? "files" : "a table"}"
    source_columns = [
      for column in var.columns : { name = "`${replace(column.name, "`", "``")}`", type = column.type } if column.expression == null
    ]
    target_columns = [
      for column in local.selected : {
        name       = "`${replace(column.target, "`", "``")}`"
        type       = column.type
        expression = column.expression == null ? "`${replace(column.name, "`", "``")}`" : column.expression
      }
    ]
    source_options = [for key, value in local.source_options : "'${replace(key, "'", "''")}' = '${replace(value, "'", "''")}'"]
    target_options = [for key, value in local.target_options : "'${replace(key, "'", "''")}' = '${replace(value, "'", "''")}'"]
    primary_key    = join(", ", [for name in local.primary_key : "`${replace(name, "`", "``")}`"])
    partition_by   = join(", ", [for name in local.partition_by : "`${replace(name, "`", "``")}`"])
    filter         = var.filter
  })
}

resource "sdp_flink_session_job" "this" {
  count = var.enabled ? 1 : 0

  name        = local.name
  namespace   = var.namespace
  labels      = var.labels
  annotations = var.annotations
  retry       = var.retry

  allow_state_loss = var.allow_state_loss
  restore          = var.restore

  deployment_name     = var.session_cluster
  restart_nonce       = var.restart_nonce
  flink_configuration = local.flink_configuration

  job = {
    parallelism  = var.parallelism
    state        = var.state
    upgrade_mode = var.upgrade_mode
  }

  sql = {
    script = {
      path = "${local.name}.sql"
      text = local.script
    }
    ddl = []
  }

  lifecycle {
    precondition {
      condition     = length(local.unknown_columns) == 0
      error_message = "The target of ${var.job_name} names columns that are not selected: ${join(", ", distinct(local.unknown_columns))}. Selected are ${join(", ", local.selected[*].target)}."
    }
  }
}

resource "sdp_rollout" "this" {
  count = var.enabled && var.wait ? 1 : 0

  kind      = "FlinkSessionJob"
  name      = sdp_flink_session_job.this[0].name
  namespace = sdp_flink_session_job.this[0].namespace
  revision  = sdp_flink_session_job.this[0].revision
  timeout   = var.timeout

  rollback_on_failure = var.rollback_on_failure
}
