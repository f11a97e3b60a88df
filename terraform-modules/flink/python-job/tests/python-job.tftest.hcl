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

run "bad_job_name" {
  command = plan

  variables {
    job_name = "--"
  }

  expect_failures = [var.job_name]
}

run "bad_py_module" {
  command = plan

  variables {
    py_module = "not a module"
  }

  expect_failures = [var.py_module]
}

run "bad_py_archive_uri" {
  command = plan

  variables {
    py_archive_uri = "pyflink.rar"
  }

  expect_failures = [var.py_archive_uri]
}

run "bad_py_archive_sha256" {
  command = plan

  variables {
    py_archive_sha256 = "abc"
  }

  expect_failures = [var.py_archive_sha256]
}

run "bad_parallelism" {
  command = plan

  variables {
    parallelism = 0
  }

  expect_failures = [var.parallelism]
}

run "bad_state" {
  command = plan

  variables {
    state = "paused"
  }

  expect_failures = [var.state]
}

run "bad_upgrade_mode" {
  command = plan

  variables {
    upgrade_mode = "none"
  }

  expect_failures = [var.upgrade_mode]
}

run "bad_session_cluster" {
  command = plan

  variables {
    session_cluster = "No_Cluster"
  }

  expect_failures = [var.session_cluster]
}

run "bad_checkpoint_config" {
  command = plan

  variables {
    checkpoint_config = { interval = "soon" }
  }

  expect_failures = [var.checkpoint_config]
}

run "bad_timeout" {
  command = plan

  variables {
    timeout = "soon"
  }

  expect_failures = [var.timeout]
}
