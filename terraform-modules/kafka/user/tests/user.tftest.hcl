mock_provider "sdp" {}

variables {
  name = "orders-reader"
}

run "defaults" {
  command = plan

  assert {
    condition     = sdp_kafka_user.this[0].cluster == "kafka" && sdp_kafka_user.this[0].authentication.type == "scram-sha-512"
    error_message = "a user logs in with SCRAM-SHA-512"
  }
  assert {
    condition     = sdp_kafka_user.this[0].authorization == null && sdp_kafka_user.this[0].quotas == null
    error_message = "a user may do nothing by default"
  }
  assert {
    condition     = output.name == "orders-reader" && output.secret == "orders-reader"
    error_message = "the Secret has the user's name"
  }
}

run "rules_and_quotas" {
  command = plan

  variables {
    password_secret = { name = "own", key = "password" }
    acls = [
      { resource = { type = "topic", name = "orders-", pattern_type = "prefix" }, operations = ["Read", "Describe"] },
      { resource = { type = "group", name = "orders" }, operations = ["Read"] },
    ]
    quotas = { producer_byte_rate = 1048576 }
  }

  assert {
    condition     = sdp_kafka_user.this[0].authorization.acls[0].resource.pattern_type == "prefix"
    error_message = "rules are handed on"
  }
  assert {
    condition     = sdp_kafka_user.this[0].authentication.password.value_from.secret_key_ref.name == "own"
    error_message = "the password comes from a Secret"
  }
  assert {
    condition     = sdp_kafka_user.this[0].quotas.producer_byte_rate == 1048576
    error_message = "quotas are handed on"
  }
}

run "without_a_login" {
  command = plan

  variables {
    authentication = null
  }

  assert {
    condition     = sdp_kafka_user.this[0].authentication == null && output.secret == null
    error_message = "there is no Secret for a user who does not log in"
  }
}

run "disabled" {
  command = plan

  variables {
    enabled = false
  }

  assert {
    condition     = length(sdp_kafka_user.this) == 0 && length(sdp_rollout.this) == 0 && output.name == null
    error_message = "a disabled user is nothing at all"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    name           = "Orders_1"
    authentication = "plain"
    acls           = [{ resource = { type = "topic", name = "a" }, operations = [] }]
    timeout        = "soon"
  }

  expect_failures = [var.name, var.authentication, var.acls, var.timeout]
}
