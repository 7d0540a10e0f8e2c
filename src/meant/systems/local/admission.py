"""Who may begin: at most so many at once, and of several that begin alike, one first.

The engine keeps what it has read of a prompt and need not read it again for the next one that begins the same, but
only once it has read it. Sixty requests with one system prompt, begun together, would all read it (measured: 2.6
times the time, `docs/adr/0002-local-engine.md`); begun after the first has its first token, they share.
"""

from collections.abc import Iterator, Sequence

ALIKE = 128
"""Two prompts begin alike when so many tokens are the same; shorter ones are not worth a wait."""

Beginning = tuple[int, ...]


class Admission:
    """A queue of request ids."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._waiting: dict[int, Beginning | None] = {}
        self._begun: dict[int, Beginning | None] = {}
        self._read: set[int] = set()
        """Hashes of beginnings that have been read. A clash costs time and nothing else."""

    def add(self, request: int, prompt: Sequence[int]) -> None:
        """Queue a request."""
        self._waiting[request] = tuple(prompt[:ALIKE]) if len(prompt) > ALIKE else None

    def ready(self) -> Iterator[int]:
        """The requests that may begin now, oldest first; they count as begun."""
        for request, beginning in list(self._waiting.items()):
            if len(self._begun) >= self._at_once:
                return
            if self._is_being_read(beginning):
                continue
            del self._waiting[request]
            self._begun[request] = beginning
            yield request

    def first_token(self, request: int) -> None:
        """The request's prompt has been read."""
        beginning = self._begun.get(request)
        if beginning is not None:
            self._read.add(hash(beginning))

    def drop(self, request: int) -> None:
        """The request is over, or nobody wants it any more."""
        self._waiting.pop(request, None)
        self._begun.pop(request, None)

    def _is_being_read(self, beginning: Beginning | None) -> bool:
        return beginning is not None and hash(beginning) not in self._read and beginning in self._begun.values()
