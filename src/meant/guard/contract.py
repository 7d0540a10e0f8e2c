"""What a guard is. To add one: one file in `guards/`, one test with `meant.testing.check_guard`.

A guard is a frozen dataclass that looks and says; it changes nothing and keeps nothing. It raises what it likes: the
layer that puts it to use records the failure, and does what its `on_error` says. A guard that needs the policy
declares a field `policy: Policy`, one that needs the system's prompt `prompt: str`, one that asks a judge
`judge: Given[Judge]`; `loop/guarding.py` hands them over. A path among its settings is a field
of type `Path`, and is read as seen from the file that names it.
"""

from typing import Protocol, runtime_checkable

from meant.core.guard import Opinion, Place, Sight
from meant.plugins import Kind


class Guard(Protocol):
    """Looks at one part of a conversation and says whether it may pass."""

    @property
    def places(self) -> frozenset[Place]:
        """Where it can be put."""
        ...

    @property
    def fingerprint(self) -> str:
        """Changes whenever its opinions may: kind and version, settings, what it was fitted on."""
        ...

    @property
    def hold_back(self) -> int | None:
        """How far it must see around a character of a streamed reply, to either side; None: all of the reply.

        What lies at least so far before the end of a text, and is not objected to in it, is not objected to in any text
        that goes on from there, and no later edit touches it. What lies further back changes nothing: a reply that is
        under way is shown from so far before what has not gone out.
        """
        ...

    async def check(self, sight: Sight) -> Opinion:
        """Its opinion of `sight.text`. Of a text that is not whole, of what there is so far."""
        ...


@runtime_checkable
class Instructs(Protocol):
    """A guard that needs the model to be told something, as what the marks around a document mean."""

    @property
    def instruction(self) -> str:
        """What goes to the end of the system prompt."""
        ...


@runtime_checkable
class Recalls(Protocol):
    """A guard that also looks at what the model said earlier: what was kept from it must not come back with that."""

    @property
    def recalls(self) -> bool:
        """Whether it wants to see earlier replies and their calls, as an `input` whose last turn is the assistant's."""
        ...


GUARDS: Kind[Guard] = Kind(name="guard", folder="meant.guard.guards", method="check")
