"""What Lua calls in Python, a file for each file of the host that calls it."""
