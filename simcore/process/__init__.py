"""The semantics of processes: what they can ask for (``verbs``), how they live, and their state (``state``)."""
