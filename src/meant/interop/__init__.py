"""Other tools' formats. `contract.py` says what a format is, `formats/` holds one file a format."""
