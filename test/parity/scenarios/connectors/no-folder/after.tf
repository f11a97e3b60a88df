module "no-folder" {
  source = "./modules/kafka-connect/sink-file"

  name       = "parity-no-folder"
  cluster    = local.cluster
  topics     = local.topic
  file       = "${local.folder}/missing/lines.txt"
  timeout    = "60s"
  converters = { value = { class = "org.apache.kafka.connect.storage.StringConverter" } }
}
