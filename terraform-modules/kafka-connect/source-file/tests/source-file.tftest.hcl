mock_provider "sdp" {}

variables {
  name    = "lines"
  cluster = "di"
  topic   = "orders"
  file    = "/tmp/orders.txt"
}

run "source" {
  command = plan

  variables {
    converters = { key = { class = "org.apache.kafka.connect.storage.StringConverter" } }
  }

  assert {
    condition     = module.source.config["file"] == "/tmp/orders.txt" && module.source.config["topic"] == "orders" && module.source.config["key.converter"] == "org.apache.kafka.connect.storage.StringConverter"
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
