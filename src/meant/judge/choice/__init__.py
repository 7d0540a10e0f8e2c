"""Which option of a multiple-choice question a reply chose: `mentions.py` finds options, `chosen.py` decides."""
