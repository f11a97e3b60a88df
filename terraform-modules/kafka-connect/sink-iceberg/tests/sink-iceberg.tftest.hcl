mock_provider "sdp" {}

variables {
  name    = "orders-lake"
  cluster = "di"
  topics  = "orders"
  catalog = { type = "rest", uri = "https://catalog.example.com" }
}

run "tables" {
  command = plan

  variables {
    tables      = ["sales.orders", "sales.all"]
    auto_create = true
  }

  assert {
    condition     = module.sink.config["iceberg.tables"] == "sales.orders,sales.all" && module.sink.config["iceberg.catalog.type"] == "rest" && module.sink.config["iceberg.tables.auto-create-enabled"] == "true"
    error_message = "the sink is configured"
  }
}

run "routed" {
  command = plan

  variables {
    route_field = "table"
  }

  assert {
    condition     = module.sink.config["iceberg.tables.dynamic-enabled"] == "true" && module.sink.config["iceberg.tables.route-field"] == "table"
    error_message = "records name their table"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    catalog            = { uri = "https://catalog.example.com" }
    commit_interval_ms = 0.5
  }

  expect_failures = [var.catalog, var.commit_interval_ms]
}
