mock_provider "sdp" {}

variables {
  job_name     = "orders-copy"
  source_topic = { topic = "orders" }
  columns = [
    { name = "id", type = "BIGINT" },
    { name = "price", type = "DECIMAL(10, 2)", renamed_to = "amount" },
    { name = "status", type = "STRING", select = false },
    { name = "day", type = "STRING", expression = "CURRENT_DATE" },
  ]
  target = { topic = { topic = "copied" } }
}

run "topic" {
  command = plan

  variables {
    filter = "status = 'PAID'"
  }

  assert {
    condition     = strcontains(output.sql, "`price` AS `amount`") && !strcontains(output.sql, "AS `status`")
    error_message = "chosen columns have their new names"
  }

  assert {
    condition     = strcontains(output.sql, "WHERE status = 'PAID'")
    error_message = "rows are filtered"
  }

  assert {
    condition     = strcontains(output.sql, "'connector' = 'kafka'")
    error_message = "rows go to a topic"
  }

  assert {
    condition     = sdp_flink_session_job.this[0].sql.script.text == output.sql
    error_message = "the job runs the script"
  }
}

run "upsert" {
  command = plan

  variables {
    target = { topic = { topic = "newest", key = ["id"], upsert = true } }
  }

  assert {
    condition     = strcontains(output.sql, "PRIMARY KEY (`id`) NOT ENFORCED") && strcontains(output.sql, "upsert-kafka")
    error_message = "the newest row of a key is kept"
  }
}

run "files" {
  command = plan

  variables {
    target = { files = { path = "s3a://bucket/orders", format = "csv", partition_by = ["day"] } }
  }

  assert {
    condition     = strcontains(output.sql, "PARTITIONED BY (`day`)") && strcontains(output.sql, "'path' = 's3a://bucket/orders'")
    error_message = "files are partitioned"
  }
}

run "jdbc" {
  command = plan

  variables {
    target = { jdbc = { url = "jdbc:postgresql://db/dwh", table = "orders", primary_key = ["id"], secret = { name = "dwh" } } }
  }

  assert {
    condition     = strcontains(output.sql, "$${secret:dwh/password}") && strcontains(output.sql, "PRIMARY KEY (`id`)")
    error_message = "the secret is only referred to"
  }
}

run "quotes" {
  command = plan

  variables {
    columns      = [{ name = "a`b", type = "STRING" }]
    source_topic = { topic = "orders", options = { "it's" = "o'clock" } }
  }

  assert {
    condition     = strcontains(output.sql, "`a``b`") && strcontains(output.sql, "'it''s' = 'o''clock'")
    error_message = "names and options are quoted"
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
    target       = {}
    columns      = []
    source_topic = { topic = "a b" }
  }

  expect_failures = [var.target, var.columns, var.source_topic]
}

run "refuses_target_two" {
  command = plan

  variables {
    target = { topic = { topic = "a" }, files = { path = "file:///a" } }
  }

  expect_failures = [var.target]
}

run "refuses_target_password" {
  command = plan

  variables {
    target = { jdbc = { url = "jdbc:postgresql://db/dwh?password=x", table = "t" } }
  }

  expect_failures = [var.target]
}

run "refuses_key" {
  command = plan

  variables {
    target = { topic = { topic = "newest", key = ["price"], upsert = true } }
  }

  expect_failures = [sdp_flink_session_job.this]
}
