locals {
  python = {
    archive_uri    = "https://pypi.example.com/functions/functions-1.3.0.tar.gz"
    archive_sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    requirements   = ["numpy"]
  }
  archive = "https://pypi.example.com/functions/functions-1.3.0.tar.gz"
  sums    = { functions = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" }
}

module "inline" {
  source = "./modules/flink/sql-job"
  python = { archive_uri = "https://pypi.example.com/functions/functions-1.3.0.tar.gz", archive_sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" }
}

module "colon" {
  source = "./modules/flink/sql-job"
  python = {
    archive_uri : "https://pypi.example.com/functions/functions-1.3.0.tar.gz",
    archive_sha256 : "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    requirements : ["numpy"],
  }
}

module "commas" {
  source = "./modules/flink/sql-job"
  python = {
    "archive_uri"  = "https://pypi.example.com/functions/functions-1.3.0.tar.gz", # the archive
    archive_sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    requirements   = ["numpy"] # more
  }
}

module "local" {
  source = "./modules/flink/sql-job"
  python = local.python
}

module "by_local" {
  source            = "./modules/flink/python-job"
  py_archive_uri    = local.archive
  py_archive_sha256 = local.sums.functions
}

module "without" {
  source            = "./modules/flink/python-job"
  py_archive_uri    = local.archive
  py_archive_sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
}

module "empty" {
  source            = "./modules/flink/python-job"
  py_archive_uri    = "https://pypi.example.com/functions/functions-1.3.0.tar.gz"
  py_archive_sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
}
