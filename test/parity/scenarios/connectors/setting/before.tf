module "setting" {
  source = "./modules/kafka-connect/sink-file"

  name       = "parity-setting"
  cluster    = local.cluster
  topics     = local.topic
  file       = "${local.folder}/setting.txt"
  converters = { value = { class = "org.apache.kafka.connect.storage.StringConverter" } }
}
