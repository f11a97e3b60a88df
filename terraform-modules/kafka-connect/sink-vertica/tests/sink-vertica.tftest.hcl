mock_provider "sdp" {}

variables {
  name    = "sink-name"
  cluster = "di"
  topics  = "source-topic"
  vertica_target = {
    url    = "jdbc:vertica://vertica.example.com:5433/dwh"
    secret = { name = "vertica-rw" }
  }
  task_config = {
    "vc.table"                = "target_table_name"
    "insert.mode"             = "insert"
    "upsert.timestamp.fields" = "updated_at"
  }
}

run "published_example" {
  command = plan

  variables {
    namespace = "di"
  }

  assert {
    condition     = sdp_kafka_connector.this[0].config["vc.table"] == "target_table_name" && sdp_kafka_connector.this[0].config["topics"] == "source-topic"
    error_message = "the sink is configured"
  }

  assert {
    condition     = sdp_kafka_connector.this[0].config["vc.password"] == "$${secrets:di/vertica-rw:password}"
    error_message = "the password is only referred to"
  }
}

run "disabled" {
  command = plan

  variables {
    enabled = false
  }

  assert {
    condition     = length(sdp_kafka_connector.this) == 0 && length(sdp_rollout.this) == 0
    error_message = "nothing is declared"
  }
}

run "bad_name" {
  command = plan

  variables {
    name = "Orders_CDC"
  }

  expect_failures = [var.name]
}

run "bad_tasks_max" {
  command = plan

  variables {
    tasks_max = 0
  }

  expect_failures = [var.tasks_max]
}

run "bad_state" {
  command = plan

  variables {
    state = "suspended"
  }

  expect_failures = [var.state]
}

run "bad_task_config" {
  command = plan

  variables {
    task_config = { "insert.mode" = "insert" }
  }

  expect_failures = [var.task_config]
}

run "bad_task_config__mode" {
  command = plan

  variables {
    task_config = { "vc.table" = "t", "insert.mode" = "merge" }
  }

  expect_failures = [var.task_config]
}

run "bad_task_config__connection" {
  command = plan

  variables {
    task_config = { "vc.table" = "t", "vc.password" = "x" }
  }

  expect_failures = [var.task_config]
}

run "bad_vertica_target" {
  command = plan

  variables {
    vertica_target = { url = "jdbc:vertica://h/d?password=x", secret = { name = "s" } }
  }

  expect_failures = [var.vertica_target]
}
