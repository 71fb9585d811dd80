"""The expression language of policies: the subset that policies use, read and evaluated by hand (process 12.3)."""
