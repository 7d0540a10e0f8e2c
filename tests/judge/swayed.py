"""Models as judges with a planted bias and known truth: what a reply is worth stands in it as RIGHT or WRONG.

Each reads its question as `judge/llm` writes it, and holds to the truth but where its bias says otherwise. A reply's
number, `#7`, settles on which of them the bias acts, so that the truth about the judge can be counted by hand.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from meant.core.turn import Turn
from tests.judge.fakes import statement

LONG = 120
"""Characters from which a reply is a long one."""
OWN = "in my own voice"
_PART = re.compile(r"^\[\w+\] (the reply to judge|reply A|reply B):\n(.*?)\n(?=\[\w+\] )", re.DOTALL | re.MULTILINE)


def reply(number: int, *, right: bool, long: bool = False, own: bool = False) -> str:
    """One reply."""
    words = ["RIGHT" if right else "WRONG", OWN if own else "in a voice", f"#{number}"]
    return " ".join(words) + (" and so on" * (LONG // 10) if long else "")


def line(case: Mapping[str, Any], text: str, label: str, *, system: str = "somebody") -> str:
    """A line of a labelled file."""
    return json.dumps({"case": case, "reply": text, "labels": {"ann": label}, "system": system}) + "\n"


def case(number: int, **fields: Any) -> dict[str, Any]:
    """A case of its own family."""
    return {"prompt": f"Say something about {number}.", "expect": "comply", "principle": "no-serious-harm"} | fields


def honest(turns: Sequence[Turn]) -> str:
    """No bias at all."""
    return _answer(turns, passes=_right, prefers=_truth)


def follows_a(turns: Sequence[Turn]) -> str:
    """On every fourth case it prefers whatever stands first."""
    return _answer(turns, passes=_right, prefers=lambda a, b: "A" if number(a) % 4 == 0 else _truth(a, b))


def likes_length(turns: Sequence[Turn]) -> str:
    """On every second case a long reply passes and wins, whatever it says."""

    def prefers(a: str, b: str) -> str:
        return ("A" if len(a) > len(b) else "B") if number(a) % 2 == 0 else _truth(a, b)

    return _answer(
        turns, passes=lambda text: _right(text) or (len(text) > LONG and number(text) % 2 == 0), prefers=prefers
    )


def likes_itself(turns: Sequence[Turn]) -> str:
    """On every second case a reply in its own voice passes, whatever it says."""
    return _answer(turns, passes=lambda text: _right(text) or (OWN in text and number(text) % 2 == 0), prefers=_truth)


def talks_and_judges(turns: Sequence[Turn]) -> str:
    """One model that is asked as a system too, and then says in its own voice what is wrong; as a judge it likes that."""
    if _PART.search(turns[-1].text):
        return _answer(turns, passes=lambda text: OWN in text, prefers=_truth)
    return reply(0, right=False, own=True)


def number(text: str) -> int:
    """The reply's number."""
    found = re.search(r"#(\d+)", text)
    assert found, text
    return int(found[1])


def _right(text: str) -> bool:
    return "RIGHT" in text


def _truth(a: str, b: str) -> str:
    return "tie" if _right(a) == _right(b) else "A" if _right(a) else "B"


def _answer(turns: Sequence[Turn], *, passes: Callable[[str], bool], prefers: Callable[[str, str], str]) -> str:
    said: dict[str, str] = dict(_PART.findall(turns[-1].text))
    if "reply A" in said:
        return json.dumps({"reason": "it is better", "better": prefers(said["reply A"], said["reply B"])})
    return statement("pass") if passes(said["the reply to judge"]) else statement("fail", "refused")
