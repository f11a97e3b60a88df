module "set-back" {
  source = "./modules/kafka/topic"

  name          = "parity-set-back"
  cluster       = local.cluster
  force_destroy = true
  partitions    = 1
}
