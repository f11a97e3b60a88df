module "a" {
  source            = "./m"
  py_archive_uri    = "https://gitlab.example.com/api/v4/projects/1/packages/pypi/files/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08/job-2.tar.gz"
  py_archive_sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
}
