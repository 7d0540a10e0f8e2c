"""One generator, one file; reached by name through `files.contract.GENERATORS`. Their words lie in `data/`."""
