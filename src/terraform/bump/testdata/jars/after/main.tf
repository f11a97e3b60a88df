module "totals" {
  source  = "./modules/flink/java-job"
  jar_uri = "https://repo.example.com/releases/com/example/orders-job/2.1.0/orders-job-2.1.0.jar#sha256=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
}

module "image" {
  source  = "./modules/flink/standalone-job"
  jar_uri = "local:///opt/flink/usrlib/orders-job-2.1.0.jar"
}

module "pinned" {
  source  = "./modules/flink/java-job"
  jar_uri = "https://repo.example.com/11.2.0.0/v2.1.0/orders-job-2.1.0.jar?ref=1#sha256=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
  jars    = ["https://repo.example.com/orders-job-2.1.0.jar#sha256=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "https://repo.example.com/orders-job-extra-2.0.0.jar"]
}

resource "sdp_flink_session_job" "sql" {
  script = <<-EOT
    -- ADD JAR 'https://repo.example.com/orders-job-2.0.0.jar';
    ADD JAR 'https://repo.example.com/orders-job-2.1.0.jar#sha256=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
    SELECT 'https://repo.example.com/orders-job-2.0.0.jar';
  EOT
}
