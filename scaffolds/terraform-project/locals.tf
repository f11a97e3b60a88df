# What modules are given in this project, by environment. The values are in environments/<environment>.yaml.
module "team" {
  source = "./modules/team"
}

locals {
  environment = module.team.environment
  # Anything but production: smaller, and its data may go.
  is_tst = module.team.environment != "prod"

  # Connect clusters.
  cluster_di = module.team.connect_clusters.di

  # Databases. Users and passwords are in Kubernetes Secrets.
  vertica_rw = module.team.databases.vertica_rw
}
