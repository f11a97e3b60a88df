environment = "tst"
