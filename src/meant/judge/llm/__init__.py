"""What the judges that ask a model are made of: quoting, prompts, the strict reading of answers, evidence.

The prompts are text files in `prompts/`. Their text is part of the name of every judge that uses them: a changed
word makes another judge, whose verdicts are not taken for those of the old one.
"""
