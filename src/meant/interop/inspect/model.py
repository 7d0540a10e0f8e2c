"""A whole system as an Inspect model: `inspect eval TASK --model meant/assistant.yaml`.

The name after `meant/` is what `meant eval` takes: a system file, or `provider:model`. Sampling and prompt are the
system's own affair: Inspect's settings of them change nothing. A task may bring tools, which Inspect carries out; a
system that has tools of its own takes no others. A failure is raised and becomes the sample's error, never an answer.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    GenerateConfig,
    ModelAPI,
    ModelOutput,
    ModelUsage,
    StopReason,
    modelapi,
)
from inspect_ai.tool import ToolChoice, ToolInfo

from meant.core.errors import SystemFailure
from meant.core.system import CallsTools, Reply, System
from meant.core.tool import Tool
from meant.core.turn import Turn
from meant.files.policy import BUILTIN, load_policy
from meant.interop.inspect.turns import asked, message_of, tool_of
from meant.loop.assemble import Assembly

KEPT = "meant"
"""Where in an output's metadata the whole reply stands."""
_STOPS: Mapping[str, StopReason] = {
    "stop": "stop",
    "length": "max_tokens",
    "content_filter": "content_filter",
    "tool_calls": "tool_calls",
}


class Answers(Protocol):
    """Who is asked: a system as it is, or one that is looked after."""

    async def reply(self, turns: Sequence[Turn], *, tools: Sequence[Tool], config: GenerateConfig) -> Reply:
        """One reply. `tools` are carried out by the caller. Raises SystemFailure."""
        ...

    async def aclose(self) -> None:
        """Let go of what it opened."""
        ...


@modelapi(name="meant")
def meant() -> type[ModelAPI]:
    """The class that Inspect makes models of."""
    return MeantAPI


class MeantAPI(ModelAPI):
    """One system. `-M policy=FILE` is the policy that a system file may refer to; `answers` only a program can give."""

    def __init__(  # noqa: PLR0917 - Inspect's order
        self,
        model_name: str,
        base_url: str | None = None,
        api_key: str | None = None,
        config: GenerateConfig | None = None,
        policy: str = BUILTIN,
        answers: Answers | None = None,
    ) -> None:
        super().__init__(model_name, base_url, api_key, [], config or GenerateConfig())
        self._answers = answers or Bare.of(model_name, policy)

    async def generate(
        self,
        input: list[ChatMessage],  # noqa: A002 - Inspect names it
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        """The system's reply, or the calls that it wants made. SystemFailure where there is no answer."""
        offered = [] if tool_choice == "none" else [tool_of(info) for info in tools]
        return output_of(self.model_name, await self._answers.reply(asked(input), tools=offered, config=config))

    async def aclose(self) -> None:
        """Let go of connections and processes."""
        await self._answers.aclose()


class Bare:
    """The system that a name names, and nothing kept."""

    def __init__(self, system: System, assembly: Assembly) -> None:
        self._system, self._assembly = system, assembly

    @classmethod
    def of(cls, name: str, policy: str) -> "Bare":
        """Raises ConfigError, FileFaults or PluginError as `meant eval` does."""
        assembly = Assembly(load_policy(policy))
        return cls(assembly.system(name), assembly)

    async def reply(self, turns: Sequence[Turn], *, tools: Sequence[Tool], config: GenerateConfig) -> Reply:
        """The system's reply."""
        return await answer(self._system, turns, tools=tools, seed=config.seed)

    async def aclose(self) -> None:
        """Close the model behind it."""
        await self._assembly.aclose()


async def answer(system: System, turns: Sequence[Turn], *, tools: Sequence[Tool], seed: int | None) -> Reply:
    """The system's reply; with tools, those it wants called. SystemFailure ("unsupported") where it takes none."""
    if not tools:
        return await system.reply(turns, seed=seed)
    if not isinstance(system, CallsTools):
        raise SystemFailure(f"{system.name} cannot be told of tools", kind="unsupported")
    return await system.call(turns, tools=tools, seed=seed)


def output_of(model: str, reply: Reply) -> ModelOutput:
    """The reply as Inspect wants it, and whole in the metadata."""
    message = message_of(reply.turn)
    assert isinstance(message, ChatMessageAssistant)
    output = ModelOutput.from_message(message, stop_reason=_STOPS.get(reply.finish, "unknown"))
    output.model, output.metadata = model, {KEPT: reply.model_dump(mode="json", exclude_defaults=True)}
    count = reply.usage
    if count.input_tokens is not None and count.output_tokens is not None:
        total = count.input_tokens + count.output_tokens
        output.usage = ModelUsage(
            input_tokens=count.input_tokens, output_tokens=count.output_tokens, total_tokens=total
        )
    return output
