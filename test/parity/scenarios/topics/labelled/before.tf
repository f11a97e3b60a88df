module "labelled" {
  source = "./modules/kafka/topic"

  name          = "parity-labelled"
  cluster       = local.cluster
  force_destroy = true
  partitions    = 1
}
