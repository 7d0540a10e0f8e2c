"""Pure numbers: intervals, paired tests, near-duplicates. No I/O, no nouns but core's."""
