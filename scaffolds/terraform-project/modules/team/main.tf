locals {
  # Written by "sdp init": it says beside the state's address which environment that state is of.
  selection   = try(jsondecode(file("${path.root}/environment.json")), {})
  environment = try(local.selection.environment, "local")
  file        = "${path.root}/environments/${local.environment}.yaml"
  settings    = yamldecode(fileexists(local.file) ? file(local.file) : "{}")
}
