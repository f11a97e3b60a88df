mock_provider "sdp" {}

variables {
  name    = "orders-cdc"
  cluster = "di"
  class   = "org.apache.kafka.connect.file.FileStreamSinkConnector"
  topics  = "a, b"
}

run "sink" {
  command = plan

  variables {
    config = { "file" = "/tmp/orders" }
    errors = { tolerance = "all", dead_letter_topic = "dlq" }
  }

  assert {
    condition     = sdp_kafka_connector.this[0].config["topics"] == "a,b" && sdp_kafka_connector.this[0].config["errors.deadletterqueue.topic.name"] == "dlq"
    error_message = "topics and dead letters are configured"
  }
}

run "regex" {
  command = plan

  variables {
    config       = { "file" = "/tmp/orders" }
    topics       = null
    topics_regex = "orders-.*"
  }

  assert {
    condition     = sdp_kafka_connector.this[0].config["topics.regex"] == "orders-.*" && !contains(keys(sdp_kafka_connector.this[0].config), "topics")
    error_message = "topics by pattern"
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

run "refuses_bad_values" {
  command = plan

  variables {
    name      = "Orders_CDC"
    tasks_max = 0
    state     = "suspended"
    topics    = "a b"
    errors    = { dead_letter_topic = "dlq" }
  }

  expect_failures = [var.name, var.tasks_max, var.state, var.topics, var.errors]
}

run "refuses_both" {
  command = plan

  variables {
    topics_regex = "a.*"
  }

  expect_failures = [sdp_kafka_connector.this]
}
