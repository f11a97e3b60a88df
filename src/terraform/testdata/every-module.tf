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

  force_destroy = true
}

module "user" {
  source          = "../../../terraform-modules//kafka/user"
  name            = "orders-reader"
  password_secret = { name = "own", key = "password" }
  acls = [
    { resource = { type = "topic", name = "orders-", pattern_type = "prefix" }, operations = ["Read", "Describe"] },
    { type = "deny", resource = { type = "cluster" }, operations = ["Alter"], host = "10.0.0.1" },
  ]
  quotas = { producer_byte_rate = "1048576", request_percentage = 50 }
  wait   = false
}

module "connect" {
  source             = "../../../terraform-modules//kafka-connect/cluster"
  name               = "di2"
  bootstrap_servers  = "a:9092,b:9092"
  replicas           = 2
  group_id           = "di-group"
  replication_factor = 3
  jvm_heap           = "512m"
  plugins            = ["vertica-sink", "jdbc-sink", "iceberg-sink", "file-sink", "debezium-postgres", "mirror"]
  kafka_version      = "4.3.1"
  build = {
    output = { image = "registry.example.com/connect:1", push_secret = "registry" }
    plugins = [
      { name = "debezium-old", artifacts = [{ type = "maven", group = "io.debezium", artifact = "debezium-connector-postgres", version = "3.7.0.Final" }] },
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

module "jdbc" {
  source          = "../../../terraform-modules//kafka-connect/sink-jdbc"
  name            = "archive-jdbc"
  cluster         = module.connect.name
  topics_regex    = "orders-.*"
  jdbc_target     = { url = "jdbc:postgresql://db.example.com/archive", secret = { name = "archive" } }
  insert_mode     = "upsert"
  primary_key     = { mode = "record_key" }
  delete_enabled  = true
  consumer_config = { "max.poll.records" = 1000 }
  wait            = false
}

module "iceberg" {
  source  = "../../../terraform-modules//kafka-connect/sink-iceberg"
  name    = "lake"
  cluster = module.connect.name
  topics  = "orders"
  tables  = ["sales.orders"]
  catalog = { type = "rest", uri = "https://catalog.example.com", token = "$${secrets:default/catalog:token}" }
  wait    = false
}

module "debezium" {
  source         = "../../../terraform-modules//kafka-connect/source-debezium-postgres"
  name           = "shop-cdc"
  cluster        = module.connect.name
  database       = { hostname = "db.example.com", dbname = "shop", secret = { name = "shop" } }
  topic_prefix   = "shop"
  tables         = ["public.orders"]
  topic_creation = { partitions = 6 }
  transforms     = [{ name = "unwrap", type = "io.debezium.transforms.ExtractNewRecordState" }]
  wait           = false
}

module "file_source" {
  source  = "../../../terraform-modules//kafka-connect/source-file"
  name    = "file-source"
  cluster = module.connect.name
  topic   = "orders"
  file    = "/tmp/in.txt"
  wait    = false
}

module "file_sink" {
  source     = "../../../terraform-modules//kafka-connect/sink-file"
  name       = "file-sink"
  cluster    = module.connect.name
  topics     = "orders"
  file       = "/tmp/out.txt"
  converters = { value = { class = "org.apache.kafka.connect.storage.StringConverter" } }
  wait       = false
}

module "mirror" {
  source         = "../../../terraform-modules//kafka-connect/mirror"
  name           = "west"
  cluster        = module.connect.name
  source_cluster = { alias = "west", bootstrap_servers = "west.example.com:9092", config = { "security.protocol" = "SSL" } }
  target_cluster = { bootstrap_servers = "a:9092,b:9092" }
  topics         = ["orders", "payments-.*"]
  checkpoints    = { enabled = true }
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

  flink_version        = "1.20"
  runner_image         = "registry.example.com/sdp-runner:0.1.0-flink-1.20"
  image_pull_secrets   = ["registry"]
  env                  = { "LEVEL" = "debug" }
  secret_env           = { "PIP_INDEX_URL" = { secret = "pypi", key = "url" } }
  artifact_credentials = { secret = "artifacts" }
  artifact_ca          = { config_map = "company-ca" }
}

module "sql" {
  source          = "../../../terraform-modules//flink/sql-job"
  job_name        = "flink-sql-job.sql"
  session_cluster = module.session.name
  upgrade_mode    = "last-state"
  args            = { "arg1" = 1, "arg2" = "a", "arg3" = "b", "arg4" = "4" }
  python          = { archive_uri = "https://pypi.example.com/functions-1.0.0.tar.gz", requirements = ["unidecode==1.3.8"] }
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
  python            = { archive_uri = "https://pypi.example.com/functions-1.0.0.tar.gz" }
  runner_image      = "registry.example.com/sdp-runner:0.1.0"
  env               = { "LEVEL" = "debug" }
  secret_env        = { "TOKEN" = { secret = "api", key = "token" } }
  checkpoint_config = { s3_path = "s3a://bucket/flink/standalone-sql", min_pause = "10 s" }
  ingress           = { host = "sql.example.com", class_name = "nginx", tls_secret = "tls", annotations = { "a" = "b" } }
  pod_template      = { metadata = { labels = { "tier" = "stream" } }, spec = { priorityClassName = "high" } }
  wait              = false
}

module "standalone_java" {
  source   = "../../../terraform-modules//flink/standalone-job"
  job_name = "standalone-java"
  job_type = "java"
  jar_uri  = "https://maven.example.com/job.jar"
  args     = { "limit" = 10 }

  flink_image          = "registry.example.com/flink:1.20.3"
  flink_version        = "1.20"
  runner_image         = "registry.example.com/sdp-runner:0.1.0-flink-1.20"
  image_pull_secrets   = ["registry", "other"]
  artifact_credentials = { secret = "artifacts", key = "maven" }
  artifact_ca          = { secret = "company-ca", key = "tls.crt" }

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

  force_destroy = true
}

module "team_user" {
  source = "./modules/kafka/user"
  name   = "payments-reader"
  acls   = [{ resource = { type = "topic", name = "payments" }, operations = ["Read", "Describe"] }]
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

module "team_jdbc" {
  source      = "./templates/kafka-connect-sink-jdbc"
  name        = "team-jdbc"
  cluster     = local.cluster_di
  topics      = "payments"
  jdbc_target = { url = "jdbc:postgresql://db.example.com/dwh", secret = { name = "dwh" } }
}

module "team_debezium" {
  source       = "./templates/kafka-connect-source-debezium-postgres"
  name         = "team-debezium"
  cluster      = local.cluster_di
  database     = { hostname = "db.example.com", dbname = "team", secret = { name = "team" } }
  topic_prefix = "team"
}

module "team_mirror" {
  source         = "./templates/kafka-connect-mirror"
  name           = "team-mirror"
  cluster        = local.cluster_di
  source_cluster = { alias = "east", bootstrap_servers = "east.example.com:9092" }
  target_cluster = { bootstrap_servers = "a:9092" }
  topics         = ["orders"]
}

module "team_lake" {
  source  = "./templates/kafka-connect-sink-iceberg"
  name    = "team-lake"
  cluster = local.cluster_di
  topics  = "payments"
  tables  = ["sales.payments"]
  catalog = { type = "rest" }
}

module "team_file_source" {
  source  = "./templates/kafka-connect-source-file"
  name    = "team-file-source"
  cluster = local.cluster_di
  topic   = "payments"
  file    = "/tmp/in.txt"
}

module "team_file_sink" {
  source  = "./templates/kafka-connect-sink-file"
  name    = "team-file-sink"
  cluster = local.cluster_di
  topics  = "payments"
  file    = "/tmp/out.txt"
}

module "group" {
  source = "../../../terraform-modules//operations/group"
  state  = "suspended"
}
