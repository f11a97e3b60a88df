mock_provider "sdp" {}

variables {
  job_name = "orders"
  jar_uri  = "https://repo.example.com/orders-1.4.0.jar"
}

run "jar" {
  command = plan

  variables {
    entry_class = "com.example.Orders"
    args = {
      "source.topic" = "orders"
      "limit"        = 10
    }
  }

  assert {
    condition     = sdp_flink_session_job.this[0].job.jar_uri == var.jar_uri && sdp_flink_session_job.this[0].job.entry_class == "com.example.Orders"
    error_message = "the jar is run"
  }

  assert {
    condition     = sdp_flink_session_job.this[0].job.args == tolist(["--limit", "10", "--source.topic", "orders"])
    error_message = "arguments are in the order of their names"
  }
}

run "on_the_classpath" {
  command = plan

  variables {
    jar_uri     = null
    entry_class = "com.example.Orders"
  }

  assert {
    condition     = sdp_flink_session_job.this[0].job.jar_uri == null
    error_message = "no jar is named"
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
    jar_uri     = "orders.jar"
    entry_class = "1.Class"
    parallelism = 1.5
  }

  expect_failures = [var.jar_uri, var.entry_class, var.parallelism]
}

run "refuses_neither" {
  command = plan

  variables {
    jar_uri = null
  }

  expect_failures = [sdp_flink_session_job.this]
}
