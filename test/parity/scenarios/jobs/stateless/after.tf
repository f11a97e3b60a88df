module "stateless" {
  source = "./modules/flink/java-job"

  job_name          = "parity-stateless"
  session_cluster   = local.cluster
  jar_uri           = local.jar_uri
  entry_class       = "com.example.Trouble"
  args              = { do = "count", more = "yes" }
  upgrade_mode      = "stateless"
  checkpoint_config = { interval = "1 s" }
}
