module "stopped" {
  source = "./modules/kafka-connect/sink-file"

  name       = "parity-stopped"
  cluster    = local.cluster
  topics     = local.topic
  file       = "${local.folder}/stopped.txt"
  converters = { value = { class = "org.apache.kafka.connect.storage.StringConverter" } }
}
