module "unmanaged" {
  source = "./modules/kafka/topic"

  name          = "parity-unmanaged"
  cluster       = local.cluster
  force_destroy = true
  partitions    = 1
}
