mock_provider "sdp" {}

variables {
  sql_directory = "tests/sql"
}

run "all_ddl" {
  command = plan

  assert {
    condition     = join(" ", keys(sdp_manifest.this[0].manifest.data)) == "ddl-000.sql ddl-001.sql revision.json"
    error_message = "each statement is there, with an index"
  }
  assert {
    condition     = startswith(sdp_manifest.this[0].manifest.data["ddl-000.sql"], "CREATE TABLE numbers")
    error_message = "a definition stands after what it needs"
  }
  assert {
    condition     = can(regex("^sql-catalog-[0-9a-f]{12}$", output.name))
    error_message = "the name tells the content"
  }
}

run "disabled" {
  command = plan

  variables {
    enabled = false
  }

  assert {
    condition     = output.name == null
    error_message = "there is no catalog"
  }
}
