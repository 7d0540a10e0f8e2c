"""Taint: where the values of a tool call come from, and whether a user asked for it."""
