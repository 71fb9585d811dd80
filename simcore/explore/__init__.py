"""Schedule strategies, one in each file."""
