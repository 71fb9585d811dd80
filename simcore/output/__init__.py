"""What a run leaves and what people read of it, whatever face it has: lines of text, files, the folder of a run."""
