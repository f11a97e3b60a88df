module "totals" {
  source  = "./modules/flink/java-job"
  jar_uri = "https://repo.example.com/releases/com/example/orders-job/2.0.0/orders-job-2.0.0-all.jar"
}
