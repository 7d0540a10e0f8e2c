"""Our guards behind LiteLLM's generic guardrail API: its users keep their proxy, and ask the guards of a system here.

Its rule: what the answer cannot carry is blocked. A call whose arguments a guard would rewrite does not pass, since the
API has no place for other arguments.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from meant.core.guard import Screened, Sight
from meant.core.turn import ToolCall, Turn
from meant.guard.entering import AT_A_STRETCH
from meant.guard.guarded import Guarded
from meant.serve import litellm_texts
from meant.serve.approving import ASKER, Asker
from meant.serve.asgi import Receive
from meant.serve.callers import Caller
from meant.serve.gateway import Gateway
from meant.serve.generation import Generation, Serving
from meant.serve.litellm_checking import account_of, checking
from meant.serve.litellm_texts import Asked, Part
from meant.serve.wires.contract import Refused
from meant.systems.tools.screened import sight_of

PATH = "/beta/litellm_basic_guardrail_api"


class Looked(NamedTuple):
    """What the guards made of it."""

    texts: tuple[str, ...]
    blocked: bool


async def checked(
    gateway: Gateway, generation: Generation, caller: Caller, body: bytes, receive: Receive
) -> dict[str, object]:
    """The answer to one question of LiteLLM's, which is kept as an exchange, whatever comes of it.

    Raises Refused, and HungUp where nobody waits for it any more.
    """
    asked = litellm_texts.read(body)
    serving = _serving(generation, caller, asked)
    gateway.board.check(serving.name, caller.tenant)
    ASKER.set(Asker(serving.name, caller.tenant))
    if serving.guarded is None:
        raise Refused(400, "invalid", f"The system {serving.name} has no guards.")
    found = litellm_texts.parts(asked)
    account = account_of(caller, serving, [part.turn for part in found])
    async with checking(gateway, account, receive, generation.spec.answer_timeout_s) as screened:
        looked = await _looked(serving.guarded, found, litellm_texts.calls(asked), screened)
        return _answer(asked, looked, serving.guarded)


async def _looked(
    guarded: Guarded, found: Sequence[Part], calls: Sequence[ToolCall], screened: list[Screened]
) -> Looked:
    """All texts, then all calls, until one is stopped; what was said is added to `screened` as it is said."""
    texts, turns = list[str](), list[Turn]()
    for at, part in enumerate(found, 1):
        if not at % AT_A_STRETCH:
            await asyncio.sleep(0)
        turns.append(part.turn)
        if part.place is None:
            texts.append(part.text)
            continue
        screened.append(await guarded.cascade.screen(Sight(part.place, part.text, tuple(turns))))
        texts.append(screened[-1].text)
        if screened[-1].stopped:
            return Looked(tuple(texts), blocked=True)
    conversation = [*turns, Turn(role="assistant", text="", calls=tuple(calls))]
    for at, call in enumerate(calls, 1):
        if not at % AT_A_STRETCH:
            await asyncio.sleep(0)
        sight = sight_of(call, conversation)
        screened.append(await guarded.cascade.screen(sight))
        if screened[-1].stopped or screened[-1].text != sight.text:
            return Looked(tuple(texts), blocked=True)
    return Looked(tuple(texts), blocked=False)


def _answer(asked: Asked, looked: Looked, guarded: Guarded) -> dict[str, object]:
    if looked.blocked:
        return {"action": "BLOCKED", "blocked_reason": guarded.refusal}
    held: Mapping[str, object] = {}
    if asked.input_type == "response":
        reach = guarded.cascade.hold_back
        held = {"stream_holdback_chars": [len(text) if reach is None else reach for text in looked.texts]}
    if looked.texts == tuple(asked.texts or ()):
        return {"action": "NONE", **held}
    return {"action": "GUARDRAIL_INTERVENED", "texts": looked.texts, **held}


def _serving(generation: Generation, caller: Caller, asked: Asked) -> Serving:
    """Whose guards: the system that the proxy's configuration names, the only one there is, or the model's name."""
    named = (asked.additional_provider_specific_params or {}).get("system")
    only = next(iter(caller.systems)) if len(caller.systems) == 1 else None
    return generation.serving(str(named or only or asked.model), caller)
