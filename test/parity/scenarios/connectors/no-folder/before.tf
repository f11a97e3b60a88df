module "no-folder" {
  source = "./modules/kafka-connect/sink-file"

  name       = "parity-no-folder"
  cluster    = local.cluster
  topics     = local.topic
  file       = "${local.folder}/no-folder.txt"
  converters = { value = { class = "org.apache.kafka.connect.storage.StringConverter" } }
}
