"""From turns to tokens, so that text never becomes a control token.

A chat template joins turns with control tokens such as `<|im_start|>`, and a tokenizer reads those wherever they
are spelled: in a user's text too, which could then open a turn of its own. Here a mark goes into every such place
of the turns' texts before the template is applied, and what stands on its two sides is tokenized apart. The model
still reads the same characters, as plain text; the template's own control tokens stay whole. So do the tags of a format
inside the turns, as for tools: the caller puts one character for each, and it is replaced once the others are split.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from meant.systems.local.wire import Marks, Talk

PRIVATE = range(0xE000, 0xF8FF)
"""Code points that Unicode leaves to applications: the mark is one that no turn holds."""
NONE: Marks = {}
SHOWN = "\\"
"""Stands for the mark where a person reads the prompt."""


@dataclass(frozen=True)
class Prompts:
    """Renders and tokenizes for one model."""

    template: Callable[[Talk], str]
    """Applies the model's chat template, up to where the assistant's turn begins."""
    encode: Callable[[str], Sequence[int]]
    """Tokenizes and adds nothing; control tokens are read wherever they are spelled."""
    control: Sequence[str]

    def tokens(self, turns: Talk, marks: Marks = NONE) -> list[int]:
        """The prompt's token ids."""
        rendered, mark = self._marked(turns, marks)
        return self._pieces(rendered, mark)

    def text(self, turns: Talk, marks: Marks = NONE) -> str:
        """The prompt as a person may read it; a backslash stands where a control token was spelled in a turn."""
        rendered, mark = self._marked(turns, marks)
        return rendered.replace(mark, SHOWN)

    def plain(self, text: str) -> list[int]:
        """Token ids of a text by itself, none of them control tokens."""
        (mark,) = unused([text], 1)
        return self._pieces(self._split(text, mark), mark)

    def _marked(self, turns: Talk, marks: Marks) -> tuple[str, str]:
        (mark,) = unused([turn["content"] for turn in turns], 1)
        rendered = self.template([{**turn, "content": self._split(turn["content"], mark)} for turn in turns])
        for stands, tag in marks.items():
            rendered = rendered.replace(stands, tag)
        return rendered, mark

    def _split(self, text: str, mark: str) -> str:
        """`text` with the mark after the first character of every control token, overlapping ones included."""
        if not self.control:
            return text
        spelled = re.compile(f"(?={'|'.join(re.escape(token) for token in self.control)})(.)", re.DOTALL)
        return spelled.sub(lambda found: found.group(1) + mark, text)

    def _pieces(self, text: str, mark: str) -> list[int]:
        return [token for piece in text.split(mark) if piece for token in self.encode(piece)]


def unused(texts: Sequence[str], count: int) -> list[str]:
    """So many characters that none of the texts holds."""
    held = set("".join(texts))
    return list(islice((chr(point) for point in PRIVATE if chr(point) not in held), count))
