module "resumed" {
  source = "./modules/kafka-connect/sink-file"

  name       = "parity-resumed"
  cluster    = local.cluster
  topics     = local.topic
  file       = "${local.folder}/resumed.txt"
  state      = "stopped"
  converters = { value = { class = "org.apache.kafka.connect.storage.StringConverter" } }
}
