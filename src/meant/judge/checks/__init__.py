"""The closed set of programmatic checks, evaluated: `evaluate.py` says which reading answers which check."""
