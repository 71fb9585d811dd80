"""Who may do what: the permission table, policies, and the frames that carry actor and scope (process 12)."""
