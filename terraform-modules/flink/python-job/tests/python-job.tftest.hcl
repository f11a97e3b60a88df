mock_provider "sdp" {}

variables {
  job_name       = "pyflink-job"
  py_module      = "pyflink.job"
  py_archive_uri = "http://pypi/packages/pyflink/1.0.1/pyflink-1.0.1.tar.gz"
}

run "published_example" {
  command = plan

  variables {
    enabled      = true
    parallelism  = 1
    state        = "running"
    upgrade_mode = "savepoint"
    args = {
      "arg1" = 1
      "arg2" = "val2"
    }
  }

  assert {
    condition     = sdp_flink_session_job.this[0].python.module == "pyflink.job" && sdp_flink_session_job.this[0].python.archive_uri == var.py_archive_uri
    error_message = "the module of the archive is run"
  }

  assert {
    condition     = sdp_flink_session_job.this[0].python.parameters["arg1"] == "1"
    error_message = "parameters are text"
  }

  assert {
    condition     = sdp_flink_session_job.this[0].flink_configuration["kubernetes.operator.job.savepoint-on-deletion"] == "true"
    error_message = "a deleted job leaves a savepoint"
  }
}

run "odd_name_and_checkpoints" {
  command = plan

  variables {
    job_name    = "Py_Job"
    parallelism = "2"
    checkpoint_config = {
      interval = "30 s"
    }
  }

  assert {
    condition     = sdp_flink_session_job.this[0].name == "py-job" && sdp_flink_session_job.this[0].job.parallelism == 2
    error_message = "a Kubernetes name is made of the name, a number of a text"
  }

  assert {
    condition     = sdp_flink_session_job.this[0].flink_configuration["execution.checkpointing.interval"] == "30 s" && !contains(keys(sdp_flink_session_job.this[0].flink_configuration), "execution.checkpointing.timeout")
    error_message = "only what is set is configured"
  }
}

run "stateless" {
  command = plan

  variables {
    upgrade_mode = "stateless"
  }

  assert {
    condition     = !contains(keys(sdp_flink_session_job.this[0].flink_configuration), "kubernetes.operator.job.savepoint-on-deletion")
    error_message = "nothing is kept of a stateless job"
  }
}

run "disabled" {
  command = plan

  variables {
    enabled = false
  }

  assert {
    condition     = length(sdp_flink_session_job.this) == 0 && length(sdp_rollout.this) == 0
    error_message = "nothing is declared"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    job_name          = "--"
    py_module         = "not a module"
    py_archive_uri    = "pyflink.rar"
    py_archive_sha256 = "abc"
    parallelism       = 0
    state             = "paused"
    upgrade_mode      = "none"
    session_cluster   = "No_Cluster"
    checkpoint_config = { interval = "soon" }
    timeout           = "soon"
  }

  expect_failures = [var.job_name, var.py_module, var.py_archive_uri, var.py_archive_sha256, var.parallelism, var.state, var.upgrade_mode, var.session_cluster, var.checkpoint_config, var.timeout]
}
