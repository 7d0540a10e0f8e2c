"""Which system to take, of those that were measured, and which prompt of one system."""
