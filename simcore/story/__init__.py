"""A failure told: what is written down while a run is played, and the words for it."""
