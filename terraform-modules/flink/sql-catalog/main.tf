locals {
  ddl     = { for name in fileset(path.root, "${var.sql_directory}/ddl/**/*.sql") : name => file("${path.root}/${name}") }
  catalog = provider::sdp::sql_catalog(local.ddl)
  name    = "${var.name}-${substr(local.catalog.hash, 0, 12)}"
}

resource "sdp_manifest" "this" {
  count = var.enabled ? 1 : 0

  manifest = {
    for key, value in {
      apiVersion = "v1"
      kind       = "ConfigMap"
      metadata = {
        name      = local.name
        namespace = var.namespace
        labels    = merge(var.labels, { "app.kubernetes.io/managed-by" = "sdp" })
      }
      immutable  = true
      data       = length(local.catalog.data) > 0 ? local.catalog.data : null
      binaryData = length(local.catalog.binary_data) > 0 ? local.catalog.binary_data : null
    } : key => value if value != null
  }

  # Jobs run by the one before until they have been changed.
  lifecycle {
    create_before_destroy = true
  }
}
