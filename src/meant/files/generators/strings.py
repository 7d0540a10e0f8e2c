"""Work on the letters of words: capitals, hyphens, repetition, words made one, spelled out or turned round."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from meant.files.contract import Problem, is_text, word_list
from meant.files.draw import Draw

Task = Literal["capitals", "join", "merge", "repeat", "spell", "backwards"]
_ASK: Mapping[Task, str] = {
    "capitals": "Write in capital letters: {}",
    "join": "Join with hyphens: {}",
    "merge": "Write as one word: {}",
    "repeat": "Write twice: {}",
    "spell": "Write with a hyphen between the letters: {}",
    "backwards": "Write backwards, letter by letter: {}",
}
_DO: Mapping[Task, Callable[[Sequence[str]], str]] = {
    "capitals": lambda words: " ".join(words).upper(),
    "join": "-".join,
    "merge": "".join,
    "repeat": lambda words: " ".join([*words, *words]),
    "spell": lambda words: " ".join("-".join(word) for word in words),
    "backwards": lambda words: " ".join(words)[::-1],
}


@dataclass(frozen=True)
class Strings:
    """How hard it is, is the task and how many words it is done to."""

    task: Task = "capitals"
    words: Annotated[int, Field(ge=1, le=20)] = 1

    def problem(self, draw: Draw) -> Problem:
        """One task on different common nouns."""
        words = draw.some(word_list("nouns"), self.words)
        joint = ", " if self.task == "join" else " + " if self.task == "merge" else " "
        answer = _DO[self.task](words)
        return Problem(
            f"{self.task}-{'-'.join(words)}", _ASK[self.task].format(joint.join(words)), answer, is_text(answer)
        )


PLUGIN = Strings
