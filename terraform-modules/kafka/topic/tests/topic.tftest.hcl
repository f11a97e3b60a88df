mock_provider "sdp" {}

variables {
  name = "orders"
}

run "defaults" {
  command = plan

  assert {
    condition     = sdp_kafka_topic.this[0].cluster == "kafka" && sdp_kafka_topic.this[0].partitions == null
    error_message = "the broker decides what is not set"
  }
  assert {
    condition     = sdp_kafka_topic.this[0].force_destroy == false
    error_message = "a topic keeps its data unless it is said otherwise"
  }
  assert {
    condition     = sdp_rollout.this[0].kind == "KafkaTopic" && sdp_rollout.this[0].timeout == "5m"
    error_message = "an apply waits for the topic"
  }
  assert {
    condition     = output.name == "orders"
    error_message = "the topic has the resource's name"
  }
}

run "numbers_as_text" {
  command = plan

  variables {
    partitions = "12"
    replicas   = "3"
    config     = { "retention.ms" = 604800000, "cleanup.policy" = "compact" }
  }

  assert {
    condition     = sdp_kafka_topic.this[0].partitions == 12 && sdp_kafka_topic.this[0].replicas == 3
    error_message = "numbers may come as text"
  }
  assert {
    condition     = sdp_kafka_topic.this[0].config["retention.ms"] == "604800000"
    error_message = "configuration values are text"
  }
}

run "disabled" {
  command = plan

  variables {
    enabled = false
  }

  assert {
    condition     = length(sdp_kafka_topic.this) == 0 && length(sdp_rollout.this) == 0 && output.name == null
    error_message = "a disabled topic is nothing at all"
  }
}

run "without_waiting" {
  command = plan

  variables {
    wait = false
  }

  assert {
    condition     = length(sdp_kafka_topic.this) == 1 && length(sdp_rollout.this) == 0
    error_message = "nothing is waited for"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    name       = "Orders_1"
    topic_name = "orders/1"
    partitions = 0
    replicas   = 1.5
    timeout    = "soon"
  }

  expect_failures = [var.name, var.topic_name, var.partitions, var.replicas, var.timeout]
}
