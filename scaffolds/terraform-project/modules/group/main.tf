module "this" {
  source = "{{modules}}//group{{ref}}"

  state = var.state
}
