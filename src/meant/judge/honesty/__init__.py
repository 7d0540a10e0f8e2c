"""Reading replies for honesty: is the right answer there, is ignorance admitted, is a false premise corrected.

Pure functions over texts; `judges/answer.py` turns what they find into verdicts.
"""
