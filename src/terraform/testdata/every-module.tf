# Each common module with as many of its inputs set as go together.
module "topic" {
  source     = "../../../terraform-modules//kafka/topic"
  name       = "orders.v1"
  topic_name = "Orders_v1"
  partitions = "6"
  replicas   = 3
  config     = { "retention.ms" = 1000, "cleanup.policy" = "compact" }
  labels     = { "a" = "b" }
  wait       = false
}

module "connect" {
  source             = "../../../terraform-modules//kafka-connect/cluster"
  name               = "di2"
  bootstrap_servers  = "a:9092,b:9092"
  replicas           = 2
  group_id           = "di-group"
  replication_factor = 3
  jvm_heap           = "512m"
  kafka_version      = "4.3.1"
  build = {
    output = { image = "registry.example.com/connect:1", push_secret = "registry" }
    plugins = [
      { name = "debezium", artifacts = [{ type = "maven", group = "io.debezium", artifact = "debezium-connector-postgres", version = "3.7.0.Final" }] },
      { name = "files", artifacts = [{ type = "jar", url = "https://repo.example.com/files.jar", sha512sum = "abc" }] },
    ]
  }
  config = { "task.shutdown.graceful.timeout.ms" = 10000 }
  wait   = false
}

module "source" {
  source    = "../../../terraform-modules//kafka-connect/source"
  name      = "cdc"
  cluster   = module.connect.name
  class     = "io.debezium.connector.postgresql.PostgresConnector"
  tasks_max = 1
  state     = "paused"
  config = {
    "topic.prefix"      = "orders"
    "database.hostname" = "db.example.com"
    "database.dbname"   = "shop"
    "database.user"     = "cdc"
    "database.password" = "$${secrets:default/db:password}"
    "plugin.name"       = "pgoutput"
  }
  wait = false
}

module "sink" {
  source  = "../../../terraform-modules//kafka-connect/sink"
  name    = "archive"
  cluster = module.connect.name
  class   = "io.debezium.connector.jdbc.JdbcSinkConnector"
  topics  = "orders, payments"
  config  = { "connection.url" = "jdbc:postgresql://db.example.com/archive", "connection.username" = "archive" }
  errors  = { tolerance = "all", dead_letter_topic = "dlq" }
  wait    = false
}

module "vertica" {
  source         = "../../../terraform-modules//kafka-connect/sink-vertica"
  name           = "vertica"
  cluster        = module.connect.name
  topics         = "orders"
  vertica_target = { url = "jdbc:vertica://v.example.com:5433/dwh", schema = "s", secret = { name = "vertica", namespace = "other" } }
  task_config    = { "vc.table" = "orders", "insert.mode" = "upsert", "upsert.timestamp.fields" = "updated_at" }
  wait           = false
}

module "session" {
  source              = "../../../terraform-modules//flink/session-cluster"
  name                = "session2"
  image               = "registry.example.com/flink:2.2.0"
  job_manager         = { memory = "2g", cpu = 2, replicas = 2 }
  task_manager        = { memory = "4g", cpu = "1.5" }
  flink_configuration = { "state.backend.type" = "rocksdb" }
  wait                = false
}

module "sql" {
  source          = "../../../terraform-modules//flink/sql-job"
  job_name        = "flink-sql-job.sql"
  session_cluster = module.session.name
  upgrade_mode    = "last-state"
  args            = { "arg1" = 1, "arg2" = "a", "arg3" = "b", "arg4" = "4" }
  wait            = false
}

module "python" {
  source            = "../../../terraform-modules//flink/python-job"
  job_name          = "python_job"
  session_cluster   = module.session.name
  py_module         = "jobs.main"
  py_archive_uri    = "https://pypi.example.com/jobs-1.0.0-py3-none-any.whl"
  py_archive_sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
  py_requirements   = "requests==2.32.0\npyyaml"
  args              = { "b" = "2", "a" = "1" }
  checkpoint_config = { interval = "30 s", mode = "AT_LEAST_ONCE" }
  wait              = false
}

module "java" {
  source                   = "../../../terraform-modules//flink/java-job"
  job_name                 = "java-job"
  session_cluster          = module.session.name
  jar_uri                  = "https://repo.example.com/job.jar"
  entry_class              = "com.example.Job"
  state                    = "suspended"
  upgrade_mode             = "stateless"
  initial_savepoint_path   = "s3a://bucket/savepoint"
  allow_non_restored_state = true
  wait                     = false
}

module "copy" {
  source          = "../../../terraform-modules//flink/data-replication-job"
  job_name        = "copy"
  session_cluster = module.session.name
  source_topic    = { topic = "orders", startup = "latest-offset" }
  columns = [
    { name = "id", type = "BIGINT" },
    { name = "at", type = "TIMESTAMP(3)", select = false },
    { name = "day", type = "STRING", expression = "DATE_FORMAT(`at`, 'yyyy-MM-dd')" },
  ]
  filter = "`id` > 0"
  target = { files = { path = "s3a://bucket/orders", partition_by = ["day"] } }
  wait   = false
}

module "standalone_sql" {
  source            = "../../../terraform-modules//flink/standalone-job"
  job_name          = "standalone-sql"
  job_type          = "sql"
  script            = "sql/jobs/flink-sql-job.sql"
  args              = { "arg1" = 1, "arg2" = "a", "arg3" = "b", "arg4" = "4" }
  runner_image      = "registry.example.com/sdp-runner:0.1.0"
  env               = { "LEVEL" = "debug" }
  secret_env        = { "TOKEN" = { secret = "api", key = "token" } }
  checkpoint_config = { s3_path = "s3a://bucket/flink/standalone-sql", min_pause = "10 s" }
  ingress           = { host = "sql.example.com", class_name = "nginx", tls_secret = "tls", annotations = { "a" = "b" } }
  pod_template      = { metadata = { labels = { "tier" = "stream" } }, spec = { priorityClassName = "high" } }
  wait              = false
}

module "standalone_java" {
  source      = "../../../terraform-modules//flink/standalone-job"
  job_name    = "standalone-java"
  job_type    = "java"
  jar_uri     = "local:///opt/flink/usrlib/job.jar"
  args        = { "limit" = 10 }
  parallelism = 4
  jm_resource = { memory = "2G", replicas = 2 }
  tm_resource = { memory = "8G", cpu = "2" }
  ingress     = { enabled = false }
  monitoring  = { enabled = false }
  wait        = false
}

# The project's own modules, which plug the team's settings into the common ones.
module "team_topic" {
  source = "./modules/kafka/topic"
  name   = "payments"
}

module "team_java" {
  source        = "./modules/flink/java-job"
  job_name      = "team-java"
  jar_uri       = "https://repo.example.com/job.jar"
  restart_nonce = 1
}

module "team_copy" {
  source       = "./modules/flink/data-replication-job"
  job_name     = "team-copy"
  source_topic = { topic = "payments" }
  columns      = [{ name = "id", type = "BIGINT" }]
  target       = { jdbc = { url = "jdbc:postgresql://db.example.com/dwh", table = "payments", secret = { name = "dwh" } } }
}

module "team_source" {
  source  = "./templates/kafka-connect-source"
  name    = "team-source"
  cluster = local.cluster_di
  class   = "org.apache.kafka.connect.file.FileStreamSourceConnector"
  config  = { "file" = "/data/in.txt", "topic" = "payments" }
}

module "team_sink" {
  source  = "./templates/kafka-connect-sink"
  name    = "team-sink"
  cluster = local.cluster_di
  class   = "org.apache.kafka.connect.file.FileStreamSinkConnector"
  topics  = "payments"
  config  = { "file" = "/data/out.txt" }
}
