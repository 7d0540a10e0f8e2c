"""Grounding: whether what a reply claims stands in the sources that were brought for it."""
