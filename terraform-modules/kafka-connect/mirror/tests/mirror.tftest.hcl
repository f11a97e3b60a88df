mock_provider "sdp" {}

variables {
  name           = "west"
  cluster        = "di"
  source_cluster = { alias = "west", bootstrap_servers = "west:9092", config = { "security.protocol" = "SSL" } }
  target_cluster = { bootstrap_servers = "kafka:9092" }
  topics         = ["orders", "payments-.*"]
}

run "copy" {
  command = plan

  assert {
    condition     = module.source.config["topics"] == "orders,payments-.*" && module.source.config["source.cluster.security.protocol"] == "SSL" && module.source.config["target.cluster.alias"] == "target" && module.source.config["value.converter"] == "org.apache.kafka.connect.converters.ByteArrayConverter"
    error_message = "topics are copied as bytes"
  }

  assert {
    condition     = !contains(keys(module.source.config), "replication.policy.class") && module.checkpoints.name == null
    error_message = "copies are named by the alias, and groups stay"
  }

  assert {
    condition     = module.source.config["emit.offset-syncs.enabled"] == "false" && !anytrue([for key in keys(module.source.config) : startswith(key, "offset-syncs")])
    error_message = "the connector refuses settings of offset syncs that it does not write"
  }
}

run "groups" {
  command = plan

  variables {
    keep_names  = true
    checkpoints = { enabled = true, groups = ["a", "b"], sync_group_offsets = true }
  }

  assert {
    condition     = module.source.config["offset-syncs.topic.location"] == "target" && module.checkpoints.config["offset-syncs.topic.location"] == "target"
    error_message = "both know where offset syncs are"
  }

  assert {
    condition     = module.checkpoints.config["groups"] == "a,b" && module.checkpoints.config["sync.group.offsets.enabled"] == "true" && module.checkpoints.config["replication.policy.class"] == module.source.config["replication.policy.class"]
    error_message = "groups are carried over by the same names"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    source_cluster = { alias = "west", bootstrap_servers = "west" }
    target_cluster = { bootstrap_servers = "kafka" }
    topics         = []
    offset_syncs   = { location = "here" }
  }

  expect_failures = [var.source_cluster, var.target_cluster, var.topics, var.offset_syncs]
}
