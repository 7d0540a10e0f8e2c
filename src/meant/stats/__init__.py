"""Pure numbers: what counts say, by the standard library alone. No I/O, no nouns but core's Interval."""
