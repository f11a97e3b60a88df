variable "archive" {
  type    = string
  default = "https://pypi.example.com/functions/functions-1.3.0.tar.gz"
}

variable "archive_sha256" {
  type    = string
  default = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
}

module "a" {
  source            = "./modules/flink/python-job"
  py_archive_uri    = var.archive
  py_archive_sha256 = var.archive_sha256
}
