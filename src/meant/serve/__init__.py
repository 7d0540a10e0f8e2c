"""The gateway: a system behind the endpoints that everybody's client speaks to."""
