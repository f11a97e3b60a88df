mock_provider "sdp" {}

variables {
  name         = "shop-cdc"
  cluster      = "di"
  database     = { hostname = "db.example.com", dbname = "shop", secret = { name = "shop-cdc", user_key = "user" } }
  topic_prefix = "shop"
}

run "source" {
  command = plan

  variables {
    namespace      = "di"
    tables         = ["public.orders", "public.customers"]
    topic_creation = { partitions = 6, config = { "cleanup.policy" = "compact" } }
    transforms = [
      { name = "unwrap", type = "io.debezium.transforms.ExtractNewRecordState", config = { "drop.tombstones" = false }, predicate = "data", negate = true },
    ]
    predicates = [{ name = "data", type = "org.apache.kafka.connect.transforms.predicates.RecordIsTombstone" }]
  }

  assert {
    condition     = module.source.config["database.user"] == "$${secrets:di/shop-cdc:user}" && module.source.config["slot.name"] == "shop_cdc" && module.source.config["table.include.list"] == "public.orders,public.customers"
    error_message = "the source is configured, and its user only referred to"
  }

  assert {
    condition     = module.source.config["topic.creation.default.partitions"] == "6" && module.source.config["topic.creation.default.replication.factor"] == "-1" && module.source.config["topic.creation.default.cleanup.policy"] == "compact"
    error_message = "topics are created as declared"
  }

  assert {
    condition     = module.source.config["transforms"] == "unwrap" && module.source.config["transforms.unwrap.drop.tombstones"] == "false" && module.source.config["transforms.unwrap.negate"] == "true" && module.source.config["predicates.data.type"] == "org.apache.kafka.connect.transforms.predicates.RecordIsTombstone"
    error_message = "records are transformed as declared"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    database      = { hostname = "db", dbname = "shop", sslmode = "on", secret = { name = "s" } }
    topic_prefix  = "the shop"
    slot_name     = "Shop"
    publication   = { autocreate_mode = "maybe" }
    snapshot_mode = "never"
  }

  expect_failures = [var.database, var.topic_prefix, var.slot_name, var.publication, var.snapshot_mode]
}
