module "this" {
  source = "{{modules}}//operations/group{{ref}}"

  state = var.state
}
