"""One dialect, one file: what its clients send, and what they must get back."""
