"""Append-only memory: runs, transcripts, verdicts, in SQLite."""
