module "shorter-kept" {
  source = "./modules/kafka/topic"

  name          = "parity-shorter-kept"
  cluster       = local.cluster
  force_destroy = true
  partitions    = 1
  config        = { "retention.ms" = "60000" }
}
