terraform {
  required_version = ">= 1.8"

  required_providers {
    sdp = {
      source  = "sdp.internal/platform/sdp"
      version = ">= 0.1.0"
    }
  }
}
