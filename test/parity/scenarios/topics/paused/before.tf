module "paused" {
  source = "./modules/kafka/topic"

  name          = "parity-paused"
  cluster       = local.cluster
  force_destroy = true
  partitions    = 1
}
