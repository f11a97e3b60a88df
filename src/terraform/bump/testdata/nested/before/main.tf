locals {
  python = {
    archive_uri    = "https://pypi.example.com/functions/functions-1.2.0.tar.gz"
    archive_sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    requirements   = ["numpy"]
  }
  archive = "https://pypi.example.com/functions/functions-1.2.0.tar.gz"
  sums    = { functions = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }
}

module "inline" {
  source = "./modules/flink/sql-job"
  python = { archive_uri = "https://pypi.example.com/functions/functions-1.2.0.tar.gz" }
}

module "colon" {
  source = "./modules/flink/sql-job"
  python = {
    archive_uri : "https://pypi.example.com/functions/functions-1.1.0.tar.gz",
    requirements : ["numpy"],
  }
}

module "commas" {
  source = "./modules/flink/sql-job"
  python = {
    "archive_uri" = "https://pypi.example.com/functions/functions-1.2.0.tar.gz", # the archive
    requirements  = ["numpy"]                                                    # more
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
  source         = "./modules/flink/python-job"
  py_archive_uri = local.archive
}

module "empty" {
  source            = "./modules/flink/python-job"
  py_archive_uri    = "https://pypi.example.com/functions/functions-1.2.0.tar.gz"
  py_archive_sha256 = null
}
