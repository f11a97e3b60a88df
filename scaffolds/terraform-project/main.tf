# What this project declares: topics, connectors and jobs, each a module of this folder. README.md has examples.

module "flink" {
  source = "./modules/flink/session-cluster"
}
