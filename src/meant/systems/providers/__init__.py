"""One provider, one file; reached by name through `systems.contract.PROVIDERS`."""
