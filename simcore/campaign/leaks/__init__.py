"""What gets into a run from outside of it: found by playing it again with something around it another way."""
