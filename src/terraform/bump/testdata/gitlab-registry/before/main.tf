module "a" {
  source            = "./m"
  py_archive_uri    = "https://gitlab.example.com/api/v4/projects/1/packages/pypi/files/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/job-1.tar.gz"
  py_archive_sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
}
