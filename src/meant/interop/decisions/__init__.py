"""A gate's decision for other tools: a pull request's comment, a test report, a code scanner. One module a format."""
