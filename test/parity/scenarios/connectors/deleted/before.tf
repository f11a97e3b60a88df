module "deleted" {
  source = "./modules/kafka-connect/sink-file"

  name       = "parity-deleted"
  cluster    = local.cluster
  topics     = local.topic
  file       = "${local.folder}/deleted.txt"
  converters = { value = { class = "org.apache.kafka.connect.storage.StringConverter" } }
}
