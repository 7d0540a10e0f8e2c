"""How far a judge agrees with people: the figures of a calibration card, and the biases of judges."""
