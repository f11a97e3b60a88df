module "grown" {
  source = "./modules/kafka/topic"

  name          = "parity-grown"
  cluster       = local.cluster
  force_destroy = true
  partitions    = 2
}
