module "restarts" {
  source = "./modules/kafka-connect/sink-file"

  name         = "parity-restarts"
  cluster      = local.cluster
  topics       = local.topic
  file         = "${local.folder}/restarts.txt"
  auto_restart = { max_restarts = 3 }
  converters   = { value = { class = "org.apache.kafka.connect.storage.StringConverter" } }
}
