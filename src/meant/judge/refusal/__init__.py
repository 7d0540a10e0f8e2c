"""Reading whether a reply refuses: a pure function over text, no language model behind it.

`read_refusal(reply, prompt=...)` is all there is to call; `docs/judges/refusal.md` says what it was measured on.

To extend: a new way of speaking is a line in `data/signs/*.txt`; a new kind of evidence is a file there, its role in
`roles.py` and its weight in `weigh.py`. After any change fit again (`bench/fit_refusal.py`), or the weights no longer
suit the features; measure with `bench/refusal_judge.py`.
"""

from meant.judge.refusal.reading import Behaviour, Reading, read_refusal

__all__ = ["Behaviour", "Reading", "read_refusal"]
