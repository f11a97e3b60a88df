archive   = "https://pypi.example.com/functions/functions-1.3.0.tar.gz"
something = 1
