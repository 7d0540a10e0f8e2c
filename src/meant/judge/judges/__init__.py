"""One judge, one file; reached by name through `judge.contract.JUDGES`."""
