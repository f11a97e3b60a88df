variable "archive" {
  type    = string
  default = "https://pypi.example.com/functions/functions-1.2.0.tar.gz"
}

variable "archive_sha256" {
  type    = string
  default = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
}

module "a" {
  source            = "./modules/flink/python-job"
  py_archive_uri    = var.archive
  py_archive_sha256 = var.archive_sha256
}
