"""Suites, profiles, comparisons and the report."""
