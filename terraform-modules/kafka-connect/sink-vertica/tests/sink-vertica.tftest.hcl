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
    condition     = module.sink.config["vc.table"] == "target_table_name" && module.sink.config["topics"] == "source-topic"
    error_message = "the sink is configured"
  }

  assert {
    condition     = module.sink.config["vc.password"] == "$${secrets:di/vertica-rw:password}"
    error_message = "the password is only referred to"
  }
}

run "disabled" {
  command = plan

  variables {
    enabled = false
  }

  assert {
    condition     = output.name == null
    error_message = "nothing is declared"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    task_config    = { "insert.mode" = "insert" }
    vertica_target = { url = "jdbc:vertica://h/d?password=x", secret = { name = "s" } }
  }

  expect_failures = [var.task_config, var.vertica_target]
}

run "refuses_task_config_mode" {
  command = plan

  variables {
    task_config = { "vc.table" = "t", "insert.mode" = "merge" }
  }

  expect_failures = [var.task_config]
}

run "refuses_task_config_connection" {
  command = plan

  variables {
    task_config = { "vc.table" = "t", "vc.password" = "x" }
  }

  expect_failures = [var.task_config]
}
