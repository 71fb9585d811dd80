"""What a process can ask for: one family of verbs in each file, and the table of all of them."""
