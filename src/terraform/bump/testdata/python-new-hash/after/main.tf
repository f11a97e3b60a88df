# standalone_job-1.0.2.tar.gz is not touched in comments
module "standalone" {
  source            = "./modules/flink/python-job"
  job_name          = "standalone" # its name
  py_module         = "standalone_job.main"
  py_archive_uri    = "https://pypi.example.com/packages/standalone-job/1.0.10/standalone_job-1.0.10.tar.gz" # the archive
  py_archive_sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
  args              = { from = "a", to = "b" } /* both */

  parallelism = 2
}

module "other" {
  source         = "./modules/flink/python-job"
  job_name       = "other"
  py_archive_uri = "https://pypi.example.com/packages/other-job/1.0.2/other_job-1.0.2.tar.gz"
  note           = "standalone_job-1.0.2.tar.gz is what the other runs"
}
