"""Where people judge: proposed cases, one at a time, each decision kept as it is made."""
