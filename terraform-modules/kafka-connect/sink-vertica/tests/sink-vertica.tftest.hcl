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

run "large_batches" {
  command = plan

  assert {
    condition     = output.config["batch.size"] == "5000" && output.config["consumer.override.max.poll.records"] == "5000"
    error_message = "a batch is what is polled at once"
  }
}

run "batches_of_another_size" {
  command = plan

  variables {
    task_config     = { "vc.table" = "t", "batch.size" = "200" }
    consumer_config = { "fetch.min.bytes" = "1000" }
  }

  assert {
    condition     = output.config["consumer.override.max.poll.records"] == "200" && output.config["consumer.override.fetch.min.bytes"] == "1000"
    error_message = "the consumer follows batch.size"
  }
}

run "a_consumer_of_its_own" {
  command = plan

  variables {
    consumer_config = { "max.poll.records" = null }
  }

  assert {
    condition     = output.config["batch.size"] == "5000" && !contains(keys(output.config), "consumer.override.max.poll.records")
    error_message = "null leaves the consumer as Connect makes it"
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
