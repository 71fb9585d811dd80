"""Programs, which are drawn as plain values: how they are performed, and the account of what their members met."""
