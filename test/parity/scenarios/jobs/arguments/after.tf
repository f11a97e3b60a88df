module "arguments" {
  source = "./modules/flink/java-job"

  job_name          = "parity-arguments"
  session_cluster   = local.cluster
  jar_uri           = local.jar_uri
  entry_class       = "com.example.Trouble"
  args              = { do = "count", more = "yes" }
  upgrade_mode      = "savepoint"
  checkpoint_config = { interval = "1 s" }
}
