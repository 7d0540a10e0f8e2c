"""The classifier guard's learning: examples in, one file of numbers out (extra `guard`)."""
