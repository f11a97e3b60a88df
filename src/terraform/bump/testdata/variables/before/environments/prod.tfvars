archive   = "https://pypi.example.com/functions/functions-1.1.0.tar.gz"
something = 1
