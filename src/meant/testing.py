"""Public contract checks."""
