"""The Inspect extension: systems as models, judges as a scorer, suites as tasks. Needs the extra `inspect`."""
