"""Running one item under one schedule, judging it, keeping and replaying what failed."""
