module   "standalone"   {
    source="./modules/flink/python-job"
        job_name =    "standalone"
  # above
  py_archive_uri   =   ( "https://pypi.example.com/a/standalone_job-1.0.2-py3-none-any.whl" )   // beside
  // below
  py_requirements=<<EOT
    https://pypi.example.com/a/standalone_job-1.0.2-py3-none-any.whl
    numpy
  EOT
	args = {
	from = "ä→ö" }
}
locals {
archive = "https://pypi.example.com/a/standalone_job-1.0.2-py3-none-any.whl"
}
module "by_local" {
  py_archive_uri="${ local . archive }"
}
