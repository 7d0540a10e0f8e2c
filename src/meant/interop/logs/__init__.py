"""Other tools' results, one file a tool. The contract is in `interop/contract.py`."""
