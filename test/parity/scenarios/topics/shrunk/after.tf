module "shrunk" {
  source = "./modules/kafka/topic"

  name          = "parity-shrunk"
  cluster       = local.cluster
  force_destroy = true
  partitions    = 1
  config        = { "retention.ms" = "7200000" }
  timeout       = "30s"
}
