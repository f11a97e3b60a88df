# standalone_job-1.0.2.tar.gz is not touched in comments
module "standalone" {
  source         = "./modules/flink/python-job"
  job_name       = "standalone" # its name
  py_module      = "standalone_job.main"
  py_archive_uri = "https://pypi.example.com/packages/standalone-job/1.0.2/standalone_job-1.0.2.tar.gz" # the archive
  args           = { from = "a", to = "b" } /* both */

  parallelism = 2
}

module "other" {
  source         = "./modules/flink/python-job"
  job_name       = "other"
  py_archive_uri = "https://pypi.example.com/packages/other-job/1.0.2/other_job-1.0.2.tar.gz"
  note           = "standalone_job-1.0.2.tar.gz is what the other runs"
}
