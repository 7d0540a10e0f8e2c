"""What stands in a text, and where: patterns, what hides them, what was leaked. Pure functions; no I/O."""
