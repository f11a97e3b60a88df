# How {{project}} is deployed. Its first release brings this file into the Terraform project; later ones change only
# version and hash there.

module "readings" {
  source     = "./modules/kafka/topic"
  name       = "readings"
  partitions = 1
}

module "temperatures_topic" {
  source     = "./modules/kafka/topic"
  name       = "temperatures"
  partitions = 1
}

module "temperatures" {
  source            = "./modules/flink/python-job"
  job_name          = "temperatures"
  py_module         = "readings.table_job"
  py_archive_uri    = "{{uri}}"
  py_archive_sha256 = "{{sha256}}"
  args              = { from = module.readings.name, to = module.temperatures_topic.name }
}
