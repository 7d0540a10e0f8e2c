"""Systems: models and apps that answer. `contract.py` is the interface, `providers/` holds one file a provider."""
