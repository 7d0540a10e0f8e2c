"""What a text says, whatever way it is written: its words, and the values in it."""
