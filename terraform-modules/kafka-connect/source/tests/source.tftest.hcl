mock_provider "sdp" {}

variables {
  name    = "orders-cdc"
  cluster = "di"
  class   = "org.example.AnySourceConnector"
}

run "source" {
  command = plan

  variables {
    tasks_max = "2"
    config    = { "prefix" = "orders", "poll.interval.ms" = 500 }
  }

  assert {
    condition     = sdp_kafka_connector.this[0].cluster == "di" && sdp_kafka_connector.this[0].tasks_max == 2 && sdp_kafka_connector.this[0].config["poll.interval.ms"] == "500"
    error_message = "it is what was declared"
  }

  assert {
    condition     = sdp_kafka_connector.this[0].auto_restart.enabled
    error_message = "failed tasks are started again"
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
  }

  expect_failures = [var.name, var.tasks_max, var.state]
}
