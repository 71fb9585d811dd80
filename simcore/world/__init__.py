"""The world: define processes, spawn them, let time pass, look."""
