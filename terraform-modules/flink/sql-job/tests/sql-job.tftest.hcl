mock_provider "sdp" {}

variables {
  sql_directory = "tests/sql"
  args = {
    "arg1" = 1
    "arg2" = "val2"
    "arg3" = "val3"
    "arg4" = "4"
  }
}

run "published_example" {
  command = plan

  variables {
    enabled      = true
    job_name     = "flink-sql-job.sql"
    parallelism  = 1
    state        = "running"
    upgrade_mode = "savepoint"
  }

  assert {
    condition     = sdp_flink_session_job.this[0].name == "flink-sql-job"
    error_message = "the object's name has no .sql"
  }
  assert {
    condition     = sdp_flink_session_job.this[0].sql.script.path == "tests/sql/jobs/flink-sql-job.sql"
    error_message = "the script is the file of the job's name"
  }
  assert {
    condition     = sdp_flink_session_job.this[0].sql.parameters["arg1"] == "1"
    error_message = "arguments are text"
  }
  assert {
    condition     = [for ddl in sdp_flink_session_job.this[0].sql.ddl : ddl.path] == ["tests/sql/ddl/numbers.sql", "tests/sql/ddl/sinks/printed.sql"]
    error_message = "only the DDL that the script reaches is offered, in order"
  }
  assert {
    condition     = sdp_flink_session_job.this[0].flink_configuration["kubernetes.operator.job.savepoint-on-deletion"] == "true"
    error_message = "a deleted job leaves a savepoint"
  }
}

run "odd_name" {
  command = plan

  variables {
    job_name    = "Flink_SQL job"
    script      = "tests/sql/jobs/flink-sql-job.sql"
    parallelism = "2"
  }

  assert {
    condition     = sdp_flink_session_job.this[0].name == "flink-sql-job" && sdp_flink_session_job.this[0].job.parallelism == 2
    error_message = "a Kubernetes name is made of the job's name"
  }
}

run "python_functions" {
  command = plan

  variables {
    job_name = "flink-sql-job"
    python   = { archive_uri = "https://pypi.example.com/functions-1.0.0.tar.gz", requirements = ["unidecode==1.3.8", "pandas"] }
  }

  assert {
    condition     = sdp_flink_session_job.this[0].sql.python.archive_uri == "https://pypi.example.com/functions-1.0.0.tar.gz" && sdp_flink_session_job.this[0].sql.python.requirements == "unidecode==1.3.8\npandas"
    error_message = "requirements are the lines of one file"
  }
}

run "missing_script" {
  command = plan

  variables {
    job_name = "not-there"
  }

  expect_failures = [sdp_flink_session_job.this]
}

run "disabled" {
  command = plan

  variables {
    job_name = "not-there"
    enabled  = false
  }

  assert {
    condition     = length(sdp_flink_session_job.this) == 0 && length(sdp_rollout.this) == 0
    error_message = "a disabled job is nothing at all, and needs no script"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    job_name     = "###"
    state        = "on"
    upgrade_mode = "none"
    parallelism  = 0
    python       = { archive_uri = "functions.tar.gz", archive_sha256 = "abc" }
  }

  expect_failures = [var.job_name, var.state, var.upgrade_mode, var.parallelism, var.python]
}
