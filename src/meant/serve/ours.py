"""What a client is told when it is not the model's failure but ours: what is out of time, and what broke."""

from meant.serve.wires.contract import Refused

RETRY_S = 5.0
"""After how long it is worth asking a gateway again that cannot keep up."""


def too_late(seconds: float) -> Refused:
    """The answer took longer than the owner allows."""
    return Refused(504, "upstream", f"There was no whole answer within {seconds:g} s.")


def no_room() -> Refused:
    """The store has been behind for as long as an answer may take."""
    return Refused(503, "stopped", "The gateway cannot keep up just now; ask again.", retry_after_s=RETRY_S)


def broken(request: str) -> Refused:
    """What broke is in the log under the request's id."""
    return Refused(500, "upstream", f"The gateway failed; its log says why, under request {request}.")


def stopping() -> Refused:
    """The gateway ends before the answer does."""
    return Refused(503, "stopped", "The gateway is stopping; ask again.")
