module "shrunk" {
  source = "./modules/kafka/topic"

  name          = "parity-shrunk"
  cluster       = local.cluster
  force_destroy = true
  partitions    = 3
  config        = { "retention.ms" = "3600000" }
}
