locals {
  group_id          = coalesce(var.group_id, var.name)
  kafka_host        = var.kafka_namespace == null ? "${var.kafka_cluster}-kafka-bootstrap" : "${var.kafka_cluster}-kafka-bootstrap.${var.kafka_namespace}.svc"
  bootstrap_servers = coalesce(var.bootstrap_servers, "${local.kafka_host}:9092")

  # The plugins that sdp knows, and then those that are written out.
  known_plugins = provider::sdp::connector_plugins(var.plugins, [for repository in compact([var.plugin_repository]) : repository]...)
  build = length(var.plugins) == 0 ? var.build : {
    output = try(var.build.output, null) != null ? var.build.output : {
      type        = "docker"
      image       = "build-output-is-not-set.invalid/${var.name}"
      push_secret = null
    }
    plugins = concat(local.known_plugins, try(var.build.plugins, []))
  }

  # As Strimzi's resource names it.
  authentication = var.authentication == null ? null : { for key, value in {
    type           = var.authentication.type
    username       = var.authentication.username
    passwordSecret = var.authentication.password_secret == null ? null : { secretName = var.authentication.password_secret.name, password = var.authentication.password_secret.key }
    certificateAndKey = var.authentication.certificate_and_key == null ? null : {
      secretName  = var.authentication.certificate_and_key.secret_name
      certificate = var.authentication.certificate_and_key.certificate
      key         = var.authentication.certificate_and_key.key
    }
  } : key => value if value != null }

  default_config = {
    "config.storage.replication.factor"       = tostring(var.replication_factor)
    "offset.storage.replication.factor"       = tostring(var.replication_factor)
    "status.storage.replication.factor"       = tostring(var.replication_factor)
    "key.converter"                           = "org.apache.kafka.connect.storage.StringConverter"
    "value.converter"                         = "org.apache.kafka.connect.json.JsonConverter"
    "value.converter.schemas.enable"          = "false"
    "config.providers"                        = "secrets"
    "config.providers.secrets.class"          = "io.strimzi.kafka.KubernetesSecretConfigProvider"
    "connector.client.config.override.policy" = "All"
  }
}

resource "sdp_kafka_connect" "this" {
  count = var.enabled ? 1 : 0

  name        = var.name
  namespace   = var.namespace
  labels      = var.labels
  annotations = var.annotations

  version              = var.kafka_version
  replicas             = var.replicas
  image                = var.image
  bootstrap_servers    = local.bootstrap_servers
  group_id             = local.group_id
  config_storage_topic = "${local.group_id}-configs"
  offset_storage_topic = "${local.group_id}-offsets"
  status_storage_topic = "${local.group_id}-status"
  config               = merge(local.default_config, var.config)
  build                = local.build
  tls                  = var.tls
  authentication       = local.authentication

  resources = {
    requests = { cpu = var.resources.cpu, memory = var.resources.memory }
    limits   = { cpu = var.resources.cpu, memory = var.resources.memory }
  }

  jvm_options = var.jvm_heap == null ? null : { xms = var.jvm_heap, xmx = var.jvm_heap }
}

resource "sdp_rollout" "this" {
  count = var.enabled && var.wait ? 1 : 0

  kind      = "KafkaConnect"
  name      = sdp_kafka_connect.this[0].name
  namespace = sdp_kafka_connect.this[0].namespace
  revision  = sdp_kafka_connect.this[0].revision
  timeout   = var.timeout
}
