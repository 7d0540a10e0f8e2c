"""A system prompt in pieces: what each earns and costs, and which changes make it better."""
