"""The semantics of processes: one verb family in each file."""
