"""Fitting an encoder's adapter: see `bench/fit_adapter.py`."""
