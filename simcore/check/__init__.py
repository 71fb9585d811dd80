"""What must hold in every run, and who waits for whom when nothing can happen any more."""
