module "a" {
  source         = "./m"
  py_archive_uri = "https://r.example.com/job-9.9.zip" # c
}
