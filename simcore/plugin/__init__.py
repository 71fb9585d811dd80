"""The plugin for pytest, where a project wants it: what it collects, how an item is played, and what is told."""
