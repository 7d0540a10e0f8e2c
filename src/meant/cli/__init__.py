"""One module a command, imported when called."""
