run "runs" {
  command = plan

  assert {
    condition     = output.job_state == "running" && output.connector_state == "running"
    error_message = "a group runs unless it is suspended"
  }
}

run "is_suspended" {
  command = plan

  variables {
    state = "suspended"
  }

  assert {
    condition     = output.job_state == "suspended" && output.connector_state == "stopped"
    error_message = "jobs are suspended and connectors stopped"
  }
}

run "refuses_another_state" {
  command = plan

  variables {
    state = "stopped"
  }

  expect_failures = [var.state]
}
