"""Judges: a case and its transcript in, one verdict out. `judges/` holds one file a judge."""
