"""A prompt in pieces: headings, list items, code blocks and sentences, and the whitespace between them.

Its rule: nothing is lost. The pieces and their gaps, put together again, are the text, whatever it holds. Where an end
of a sentence is in doubt (an abbreviation, a number) none is seen: a piece may be too long, never half a sentence.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Literal, NamedTuple

from meant.core.policy import Policy
from meant.files.render import as_prompt
from meant.files.system import SLOT

Kind = Literal["heading", "item", "code", "sentence"]
FRAME = "policy"
"""What the words of the policy's slot that are no rule are called."""

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_FENCE = re.compile(r"\s*(```|~~~)")
_HEADING = re.compile(r"#{1,6}\s")
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s")
_END = re.compile(r"(?P<end>[.!?][\"')\]”’]*)\s+(?=[\"'(\[“‘]*[^\W\d_a-z])")
_SHORT = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|Dr|Mr|Mrs|Ms|Prof|St|No|Fig|Sec|[A-Z]))\.$")


class Piece(NamedTuple):
    """What can be left out, moved or put otherwise as one."""

    text: str
    gap: str
    """The whitespace after it."""
    kind: Kind
    rule: str | None = None
    """The principle or red line whose rule it is in the policy's slot; `policy` for the words around the rules."""


class Prompt(NamedTuple):
    """A prompt in pieces."""

    lead: str
    """The whitespace before the first."""
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The prompt."""
        return self.lead + "".join(piece.text + piece.gap for piece in self.pieces)


def parse(text: str) -> Prompt:
    """The pieces of any text; of whitespace alone there are none."""
    bare = text.lstrip()
    lead = text[: len(text) - len(bare)]
    indent = lead.rpartition("\n")[2]
    lead = lead[: len(lead) - len(indent)]
    found = list[Piece]()
    for block, kind in _blocks(text[len(lead) :]):
        if not block.strip() and found:
            found[-1] = found[-1]._replace(gap=found[-1].gap + block)
        elif not block.strip():
            lead += block
        else:
            found += _split(block) if kind == "sentence" else [_piece(block, kind)]
    return Prompt(lead, tuple(found))


def parse_template(template: str, policy: Policy) -> Prompt:
    """The prompt as a system is given it, the policy's rules in the place of its slot and marked by their ids."""
    rules, whole = as_prompt(policy), template.strip()
    prompt = parse(whole.replace(SLOT, rules).strip())
    spans, shift = list[tuple[int, int]](), 0
    for slot in re.finditer(re.escape(SLOT), whole):
        spans.append((slot.start() + shift, slot.start() + shift + len(rules)))
        shift += len(rules) - len(SLOT)
    ends = accumulate((len(p.text + p.gap) for p in prompt.pieces), initial=len(prompt.lead))
    known = _rules(policy)
    marked = [
        p._replace(rule=known.get(p.text, FRAME)) if any(a <= start < b for a, b in spans) else p
        for p, start in zip(prompt.pieces, ends, strict=False)
    ]
    return prompt._replace(pieces=tuple(marked))


def as_template(text: str, policy: Policy) -> str:
    """The text with the slot in the place of the policy's rules, where these stand in it as they are."""
    return text.replace(as_prompt(policy), SLOT)


def tokens(text: str) -> int:
    """About how many tokens: a word or mark is one, and each further five letters of a word another one."""
    return sum(1 + (len(word) - 1) // 6 for word in re.findall(r"\w+|[^\w\s]", text))


def _rules(policy: Policy) -> dict[str, str]:
    lines = {f"- {line.says}": line.id for line in policy.red_lines}
    return {f"- {p.short}": p.id for p in policy.principles} | lines


def _blocks(text: str) -> Iterator[tuple[str, Kind]]:
    """Whole lines that belong together; blank lines on their own, as sentences."""
    lines, at = _LINE.findall(text), 0
    while at < len(lines):
        kind, end = _kind(lines[at]), at + 1
        if not lines[at].strip() or kind == "heading":
            pass
        elif kind == "code":
            while end < len(lines) and not _FENCE.match(lines[end]):
                end += 1
            end = min(end + 1, len(lines))
        else:
            while end < len(lines) and _goes_on(lines[end], kind):
                end += 1
        yield "".join(lines[at:end]), kind
        at = end


def _kind(line: str) -> Kind:
    patterns: Sequence[tuple[re.Pattern[str], Kind]] = ((_FENCE, "code"), (_HEADING, "heading"), (_ITEM, "item"))
    return next((kind for pattern, kind in patterns if pattern.match(line)), "sentence")


def _goes_on(line: str, kind: Kind) -> bool:
    """Whether a line belongs to what began before it: to an item only where it is indented."""
    return bool(line.strip()) and _kind(line) == "sentence" and (kind == "sentence" or line[:1].isspace())


def _split(block: str) -> Iterator[Piece]:
    """The sentences of a paragraph."""
    start = 0
    for found in _END.finditer(block):
        if not _SHORT.search(block[start : found.end("end")]):
            yield _piece(block[start : found.end()], "sentence")
            start = found.end()
    yield _piece(block[start:], "sentence")


def _piece(raw: str, kind: Kind) -> Piece:
    text = raw.rstrip()
    return Piece(text, raw[len(text) :], kind)
