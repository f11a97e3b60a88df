module "unmanaged" {
  source = "./modules/kafka/topic"

  name          = "parity-unmanaged"
  cluster       = local.cluster
  force_destroy = true
  partitions    = 3
  annotations   = { "strimzi.io/managed" = "false" }
}
