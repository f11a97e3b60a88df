terraform {
  required_version = ">= 1.8"

  required_providers {
    sdp = {
      source  = "sdp.internal/platform/sdp"
      version = ">= 0.1.0"
    }
  }
}

# The project owns what it creates: no other project may have this name.
provider "sdp" {
  project   = "{{project}}"
  namespace = module.team.namespace
}
