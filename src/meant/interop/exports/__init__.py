"""Runs and suites for other tools, one file a tool. The contract is in `interop/contract.py`."""
