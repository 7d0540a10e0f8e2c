"""Where rooms meet, one file a path."""
