module "last-state" {
  source = "./modules/flink/java-job"

  job_name          = "parity-last-state"
  session_cluster   = local.cluster
  jar_uri           = local.jar_uri
  entry_class       = "com.example.Trouble"
  args              = { do = "count" }
  upgrade_mode      = "last-state"
  checkpoint_config = { interval = "1 s" }
}
