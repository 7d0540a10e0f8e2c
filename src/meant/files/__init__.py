"""Files that people write: policy, system, suite. Positions kept, all faults reported at once."""
