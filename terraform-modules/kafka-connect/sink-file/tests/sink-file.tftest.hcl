mock_provider "sdp" {}

variables {
  name    = "lines"
  cluster = "di"
  topics  = "orders"
  file    = "/tmp/orders.txt"
}

run "sink" {
  command = plan

  variables {
    converters = { key = { class = "org.apache.kafka.connect.storage.StringConverter" } }
  }

  assert {
    condition     = module.sink.config["file"] == "/tmp/orders.txt" && module.sink.config["topics"] == "orders" && module.sink.config["key.converter"] == "org.apache.kafka.connect.storage.StringConverter"
    error_message = "the connector is configured"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    file = "orders.txt"
  }

  expect_failures = [var.file]
}
