module "topic" {
  source   = "./modules/kafka/topic"
  for_each = toset(["orders", "totals", "names", "clicks"])
  name     = each.key
}

module "session" {
  source = "./modules/flink/session-cluster"
  name   = "session"
}

module "job" {
  source          = "./modules/flink/sql-job"
  for_each        = toset(["totals", "names", "clicks"])
  job_name        = each.key
  session_cluster = module.session.name
  args            = { topic = module.topic[each.key].name }
}
