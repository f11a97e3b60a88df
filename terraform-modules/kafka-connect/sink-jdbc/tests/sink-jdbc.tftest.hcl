mock_provider "sdp" {}

variables {
  name        = "orders-archive"
  cluster     = "di"
  topics      = "orders"
  jdbc_target = { url = "jdbc:postgresql://db.example.com/archive", secret = { name = "archive" } }
}

run "upsert" {
  command = plan

  variables {
    namespace   = "di"
    insert_mode = "upsert"
    primary_key = { mode = "record_key", fields = ["id", "part"] }
    errors      = { tolerance = "all", dead_letter_topic = "dead", dead_letter_replication_factor = 1 }
    converters  = { value = { class = "org.apache.kafka.connect.json.JsonConverter", config = { "schemas.enable" = true } } }
  }

  assert {
    condition     = module.sink.config["connection.password"] == "$${secrets:di/archive:password}" && module.sink.config["primary.key.fields"] == "id,part" && module.sink.config["collection.name.format"] == "$${topic}"
    error_message = "the sink is configured, and the password only referred to"
  }

  assert {
    condition     = module.sink.config["errors.deadletterqueue.topic.replication.factor"] == "1" && module.sink.config["value.converter.schemas.enable"] == "true"
    error_message = "dead letters and converters are configured"
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
    jdbc_target      = { url = "db.example.com", secret = { name = "archive" } }
    insert_mode      = "merge"
    primary_key      = { mode = "value" }
    schema_evolution = "all"
  }

  expect_failures = [var.jdbc_target, var.insert_mode, var.primary_key, var.schema_evolution]
}
