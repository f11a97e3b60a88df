# How {{project}} is deployed. Its first release brings this file into the Terraform project; later ones change only
# version and hash there.

module "amounts" {
  source     = "./modules/kafka/topic"
  name       = "amounts"
  partitions = 1
}

module "totals_topic" {
  source     = "./modules/kafka/topic"
  name       = "totals"
  partitions = 1
}

module "totals" {
  source   = "./modules/flink/java-job"
  job_name = "totals"
  jar_uri  = "{{uri}}#sha256={{sha256}}"
  args     = { from = module.amounts.name, to = module.totals_topic.name }
}
