module   "standalone"   {
    source="./modules/flink/python-job"
        job_name =    "standalone"
  # above
  py_archive_uri   =   ( "https://pypi.example.com/a/standalone_job-2.0.0rc1-py3-none-any.whl" )   // beside
  py_archive_sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
  // below
  py_requirements=<<EOT
    https://pypi.example.com/a/standalone_job-1.0.2-py3-none-any.whl
    numpy
  EOT
	args = {
	from = "ä→ö" }
}
locals {
archive = "https://pypi.example.com/a/standalone_job-2.0.0rc1-py3-none-any.whl"
}
module "by_local" {
  py_archive_uri="${ local . archive }"
  py_archive_sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
}
