"""Virtual time, the ready list, the one source of chance, channels and the trace."""
