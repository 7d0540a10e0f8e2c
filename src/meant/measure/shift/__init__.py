"""Shifts: changes of a case that keep its meaning, and how far a system's behaviour depends on them.

`contract` says what a shift is (`measure/shifts/` holds one file a shift), `spec` reads what a user names, `derive`
makes the shifted cases of an evaluation, `figures` counts them beside the cases that they were made of.
"""
