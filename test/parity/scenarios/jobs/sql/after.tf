resource "sdp_flink_session_job" "sql" {
  name            = "parity-sql"
  deployment_name = local.cluster
  flink_configuration = {
    "execution.checkpointing.interval"              = "1 s"
    "kubernetes.operator.job.savepoint-on-deletion" = "true"
  }
  job = {
    parallelism  = 1
    upgrade_mode = "savepoint"
  }
  sql = {
    script = {
      path = "sql/jobs/parity-sql.sql"
      text = <<-SQL
        CREATE TABLE numbers (k INT) WITH (
          'connector' = 'datagen', 'rows-per-second' = '5', 'fields.k.min' = '1', 'fields.k.max' = '50'
        );
        CREATE TABLE counts (k INT, n BIGINT) WITH ('connector' = 'blackhole');
        -- Counts by key.
        INSERT INTO counts SELECT k, COUNT(*) FROM numbers GROUP BY k;
      SQL
    }
    ddl = []
  }
}

resource "sdp_rollout" "sql" {
  kind     = "FlinkSessionJob"
  name     = sdp_flink_session_job.sql.name
  revision = sdp_flink_session_job.sql.revision
  timeout  = "3m"
}
