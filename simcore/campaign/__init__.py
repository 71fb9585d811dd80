"""Many schedules of many items: who plays them, in which order they are heard, and what is kept of failures."""
