module "paused" {
  source = "./modules/kafka-connect/sink-file"

  name       = "parity-paused"
  cluster    = local.cluster
  topics     = local.topic
  file       = "${local.folder}/paused.txt"
  state      = "paused"
  converters = { value = { class = "org.apache.kafka.connect.storage.StringConverter" } }
}
