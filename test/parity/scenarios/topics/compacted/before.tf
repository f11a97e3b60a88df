module "compacted" {
  source = "./modules/kafka/topic"

  name          = "parity-compacted"
  cluster       = local.cluster
  force_destroy = true
  partitions    = 1
}
