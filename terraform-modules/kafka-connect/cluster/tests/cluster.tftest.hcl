mock_provider "sdp" {}

variables {
  name = "di"
}

run "plain" {
  command = plan

  assert {
    condition     = sdp_kafka_connect.this[0].bootstrap_servers == "kafka-kafka-bootstrap:9092" && sdp_kafka_connect.this[0].group_id == "di" && sdp_kafka_connect.this[0].offset_storage_topic == "di-offsets"
    error_message = "it is on the platform's Kafka"
  }

  assert {
    condition     = sdp_kafka_connect.this[0].config["config.providers.secrets.class"] == "io.strimzi.kafka.KubernetesSecretConfigProvider"
    error_message = "connectors can refer to Secrets"
  }
}

run "build" {
  command = plan

  variables {
    bootstrap_servers = "a:9092,b:9092"
    build = {
      output = { image = "registry.example.com/connect:1", push_secret = "registry" }
      plugins = [{
        name      = "debezium"
        artifacts = [{ type = "maven", group = "io.debezium", artifact = "debezium-connector-postgres", version = "3.7.0.Final" }]
      }]
    }
  }

  assert {
    condition     = sdp_kafka_connect.this[0].build.output.type == "docker" && sdp_kafka_connect.this[0].build.plugins[0].artifacts[0].group == "io.debezium"
    error_message = "plugins are built into an image"
  }
}

run "known_plugins" {
  command = plan

  variables {
    plugins           = ["vertica-sink", "jdbc-sink"]
    plugin_repository = "https://maven.example.com/releases"
    build = {
      output  = { image = "registry.example.com/connect:1" }
      plugins = [{ name = "mine", artifacts = [{ type = "jar", url = "https://repo.example.com/mine.jar" }] }]
    }
  }

  assert {
    condition     = join(",", sdp_kafka_connect.this[0].build.plugins[*].name) == "vertica-sink,jdbc-sink,mine" && sdp_kafka_connect.this[0].build.output.image == "registry.example.com/connect:1"
    error_message = "known plugins and others are built"
  }

  assert {
    condition     = sdp_kafka_connect.this[0].build.plugins[0].artifacts[0].repository == "https://maven.example.com/releases" && sdp_kafka_connect.this[0].build.plugins[0].artifacts[1].repository == null
    error_message = "sdp's own plugins have a repository of their own"
  }
}

run "plugins_only" {
  command = plan

  variables {
    plugins = ["debezium-postgres", "file-sink", "mirror"]
  }

  assert {
    condition     = sdp_kafka_connect.this[0].build.plugins[1].artifacts[0].artifact == "debezium-connector-postgres"
    error_message = "the local platform needs no registry"
  }
}

run "disabled" {
  command = plan

  variables {
    enabled = false
  }

  assert {
    condition     = length(sdp_kafka_connect.this) == 0 && length(sdp_rollout.this) == 0
    error_message = "nothing is declared"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    name              = "DI"
    bootstrap_servers = "kafka"
    replicas          = 0
    jvm_heap          = "1 GB"
    build             = { output = { image = "i" }, plugins = [{ name = "p", artifacts = [{ type = "maven", group = "g" }] }] }
  }

  expect_failures = [var.name, var.bootstrap_servers, var.replicas, var.jvm_heap, var.build]
}

run "refuses_build_type" {
  command = plan

  variables {
    build = { output = { image = "i" }, plugins = [{ name = "p", artifacts = [{ type = "rar", url = "https://e/x.rar" }] }] }
  }

  expect_failures = [var.build]
}

run "login" {
  command = plan

  variables {
    bootstrap_servers = "kafka.example.com:9093"
    tls               = { trusted_certificates = [{ secret_name = "kafka-ca", certificate = "ca.crt" }] }
    authentication    = { type = "scram-sha-512", username = "di", password_secret = { name = "di" } }
  }

  assert {
    condition     = sdp_kafka_connect.this[0].authentication.passwordSecret == { secretName = "di", password = "password" } && sdp_kafka_connect.this[0].tls.trusted_certificates[0].certificate == "ca.crt"
    error_message = "the workers log in by a Secret"
  }
}

run "login_without_password" {
  command = plan

  variables {
    authentication = { type = "plain", username = "di" }
  }

  expect_failures = [var.authentication]
}
