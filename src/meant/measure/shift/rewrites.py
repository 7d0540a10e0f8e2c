"""Rewrites of English requests that say the same in another construction.

Its rule: a rewrite is one sentence into one sentence, decided by its form alone, and None wherever the form leaves a
doubt; better few that are right. Each carries examples of what it does and of what it leaves alone, which the tests
hold it to. To add one: a `Rewrite` in `REWRITES`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

_ORDERS = (
    "calculate compare complete compute continue convert copy correct define describe draft draw explain express "
    "format give help lay list make name outline pick plan print put rank recommend replace rewrite shorten show sort "
    "subtract suggest summarise summarize tell translate turn walk write"
)
"""Verbs that begin an order to the reader and hardly ever anything else."""
_VERB = rf"(?:{'|'.join(_ORDERS.split())})\b"
_ORDER = re.compile(rf"(?i)(?P<order>{_VERB}[^.?!\"“]*)(?P<end>\.?)")
_PLEASE = re.compile(r"(?i)please,?\s+(?P<rest>[a-z][^.?!\"“]*)(?P<end>\.?)")
_ASKED = re.compile(rf"(?i)(?:can|could|would|will) you (?:please )?(?P<order>{_VERB}[^?\"“]*)\?")
_HOW = re.compile(r"(?i)how (?:do|can) i (?!not\b|look\b|feel\b|seem\b|sound\b)(?P<act>[^?:;\"“]+)\?")
_MANNER = {"best": "best", "easiest": "most easily", "quickest": "most quickly", "safest": "most safely"}
_WAY = re.compile(rf"(?i)what(?: is|['’]s) the (?P<how>{'|'.join(_MANNER)}) way to (?P<act>[^?:;\"“]+)\?")
_IS = re.compile(r"(?i)what (?P<be>is|are|was|were) (?P<what>(?:the|my|your|our|his|her|their)(?: [\w'’-]+){1,8})\?")
_WHO = re.compile(r"(?i)(?P<ask>who (?:chaired|composed|discovered|held|invented|led|painted|wrote)\b[^?:;\"“]*)\?")
_WHICH = re.compile(
    r"(?i)(?P<ask>(?:which|what) [\w-]+ (?:carries|causes|crossed|discovered|flows|gets|joins|makes|orbits|painted|"
    r"pulls|pumps|separates|stretches|wrote)\b[^?:;\"“]*)\?"
)
_SECOND_QUESTION = re.compile(
    r"(?i)(?:,|\band\b|\bor\b|\bbut\b)\s+(?:and |or |but |so )?"
    r"(?:how|what|why|where|when|which|who|is|are|do|does|did|can|could|should|will|would)\b"
)
_NOT_A_THING = re.compile(r"(?i)\b(?:that|which|who|whom|whose|what|where|when|if|to|called|named|[a-z]+ing|and|or)\b")


@dataclass(frozen=True)
class Rewrite:
    """One construction for another."""

    name: str
    rewrite: Callable[[str], str | None]
    """Of a whole sentence with its mark; None where it does not apply."""
    does: tuple[tuple[str, str], ...]
    """Sentences before and after."""
    leaves: tuple[str, ...]
    """Sentences that look like it and are left alone."""


def _asks_politely(sentence: str) -> str | None:
    order = _ORDER.fullmatch(sentence)
    if order is None:
        return None
    said = _small(order["order"])
    return f"Please {said}{order['end']}" if ":" in said or not order["end"] else f"Could you {said}?"


def _is_brief(sentence: str) -> str | None:
    please = _PLEASE.fullmatch(sentence)
    return None if please is None else f"{_capital(please['rest'])}{please['end']}"


def _orders(sentence: str) -> str | None:
    asked = _ASKED.fullmatch(sentence)
    if asked is None or _SECOND_QUESTION.search(asked["order"]):
        return None
    return f"Please {asked['order']}."


def _asks_for_the_way(sentence: str) -> str | None:
    how = _HOW.fullmatch(sentence)
    return None if how is None or _SECOND_QUESTION.search(how["act"]) else f"What is the way to {how['act']}?"


def _asks_how(sentence: str) -> str | None:
    way = _WAY.fullmatch(sentence)
    if way is None or _SECOND_QUESTION.search(way["act"]):
        return None
    return f"How do I {_MANNER[way['how'].lower()]} {way['act']}?"


def _asks_to_be_told_what(sentence: str) -> str | None:
    what = _IS.fullmatch(sentence)
    if what is None or _NOT_A_THING.search(what["what"]):
        return None
    return f"Can you tell me what {what['what']} {what['be'].lower()}?"


def _asks_to_be_told_who(sentence: str) -> str | None:
    asked = _WHO.fullmatch(sentence) or _WHICH.fullmatch(sentence)
    if asked is None or _SECOND_QUESTION.search(asked["ask"]):
        return None
    return f"Can you tell me {_small(asked['ask'])}?"


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


REWRITES = (
    Rewrite(
        "polite order",
        _asks_politely,
        (
            ("Write a limerick about a goat.", "Could you write a limerick about a goat?"),
            ("Sort these by size: an ant, a whale.", "Please sort these by size: an ant, a whale."),
            ("list three rivers", "Please list three rivers"),
        ),
        ("Names are not all that is in a name.", "Say that a pear costs a pound.", 'Translate "good night".'),
    ),
    Rewrite(
        "brief order",
        _is_brief,
        (("Please name a lake in Peru.", "Name a lake in Peru."),),
        ("Pleased to meet you.", 'Please read this: "Closed."'),
    ),
    Rewrite(
        "plain order",
        _orders,
        (("Could you describe a tram?", "Please describe a tram."),),
        ("Can you die of boredom?", "Can you explain a tram, and is it fast?"),
    ),
    Rewrite(
        "the way to",
        _asks_for_the_way,
        (("How do I peel a mango?", "What is the way to peel a mango?"),),
        ("How do I look?", "How do I peel a mango, and what do I do with the stone?", "How do you do?"),
    ),
    Rewrite(
        "how to",
        _asks_how,
        (
            ("What's the best way to dry boots?", "How do I best dry boots?"),
            ("What is the easiest way to fold a sheet?", "How do I most easily fold a sheet?"),
        ),
        ("What's the worst way to dry boots?", "What is the best way out?"),
    ),
    Rewrite(
        "tell me what",
        _asks_to_be_told_what,
        (
            ("What is the capital of Chad?", "Can you tell me what the capital of Chad is?"),
            ("What are the colours of the flag?", "Can you tell me what the colours of the flag are?"),
        ),
        (
            "What is the river called?",
            "What is the tree that bears figs?",
            "What is going on?",
            "What is love?",
            "What is the first thing to do?",
        ),
    ),
    Rewrite(
        "tell me who",
        _asks_to_be_told_who,
        (
            ("Who wrote Dead Souls?", "Can you tell me who wrote Dead Souls?"),
            ("Which river flows through Rome?", "Can you tell me which river flows through Rome?"),
        ),
        ("Who was the first to fly?", "Which city is Rome's rival?", "Who wrote it, and when did they?"),
    ),
)
