"""The nouns: pure frozen data, one file each. No I/O, and pydantic is the only library from outside."""
