"""Recognisers: personal data and secrets, by shape and, where there is one, by checksum."""
