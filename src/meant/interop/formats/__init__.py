"""One module a format, named as the user names it."""
