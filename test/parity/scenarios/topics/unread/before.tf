module "unread" {
  source = "./modules/kafka/topic"

  name          = "parity-unread"
  cluster       = local.cluster
  force_destroy = true
  partitions    = 1
}
