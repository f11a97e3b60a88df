locals {
  # "Flink_SQL job.sql" is the job flink-sql-job, from the file "Flink_SQL job.sql".
  name        = trim(replace(lower(trimsuffix(var.job_name, ".sql")), "/[^a-z0-9]+/", "-"), "-")
  script_path = coalesce(var.script, "${var.sql_directory}/jobs/${trimsuffix(var.job_name, ".sql")}.sql")
  script_file = "${path.root}/${local.script_path}"

  script_text = fileexists(local.script_file) ? file(local.script_file) : ""
  scripts     = fileset(path.root, "${var.sql_directory}/jobs/**/*.sql")

  # Only the DDL that the script reaches: another file that changes is not a change of this job. Where it reaches what
  # is not there, the job's own plan says so, with file and line. A shared catalog has all of it.
  ddl       = { for name in fileset(path.root, "${var.sql_directory}/ddl/**/*.sql") : name => file("${path.root}/${name}") }
  ddl_paths = var.catalog != null ? keys(local.ddl) : try(provider::sdp::sql_closure(local.script_text, local.ddl, var.args).ddl, keys(local.ddl))

  # A changed job keeps its state, and so does one that is deleted and made again from its savepoint.
  safe_configuration = var.upgrade_mode == "stateless" ? {} : {
    "kubernetes.operator.job.savepoint-on-deletion" = "true"
  }
  flink_configuration = merge(local.safe_configuration, var.flink_configuration)
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
    parallelism              = var.parallelism
    state                    = var.state
    upgrade_mode             = var.upgrade_mode
    initial_savepoint_path   = var.initial_savepoint_path
    allow_non_restored_state = var.allow_non_restored_state
    savepoint_redeploy_nonce = var.savepoint_redeploy_nonce
  }

  sql = {
    script = {
      path = local.script_path
      text = local.script_text
    }
    ddl        = [for name in local.ddl_paths : { path = name, text = local.ddl[name] }]
    catalog    = var.catalog
    parameters = var.args
    python = var.python == null ? null : {
      archive_uri    = var.python.archive_uri
      archive_sha256 = var.python.archive_sha256
      requirements   = var.python.requirements == null ? null : join("\n", var.python.requirements)
    }
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.script_file)
      error_message = "The job ${var.job_name} has no script: ${local.script_path} does not exist in ${abspath(path.root)}. Scripts there: ${length(local.scripts) == 0 ? "none" : join(", ", local.scripts)}. Add the file, or set script to its path."
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
