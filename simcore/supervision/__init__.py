"""Services and hosts: who starts when, who is tried again, and who stops before whom."""
