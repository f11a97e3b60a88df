module "deleted" {
  source = "./modules/kafka/topic"

  name          = "parity-deleted"
  cluster       = local.cluster
  force_destroy = true
  partitions    = 1
}
