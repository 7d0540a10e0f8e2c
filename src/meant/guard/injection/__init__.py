"""Injections: orders to a model inside what is data."""
