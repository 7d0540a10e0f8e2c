"""A whole system as an Inspect model: `inspect eval TASK --model meant/assistant.yaml`.

The name after `meant/` is what `meant eval` takes: a system file, or `provider:model`. Sampling, prompt and tools are
the system's own affair: Inspect's settings of them change nothing. A failure is raised and becomes the sample's error,
never an answer.
"""

from typing import Any

from inspect_ai.model import ChatMessage, GenerateConfig, ModelAPI, ModelOutput, ModelUsage, modelapi
from inspect_ai.tool import ToolChoice, ToolInfo

from meant.core.errors import ConfigError
from meant.core.system import Reply
from meant.core.turn import Turn
from meant.files.policy import BUILTIN, load_policy
from meant.interop.messages import conversation
from meant.loop.assemble import Assembly

_STOPS = {"stop": "stop", "length": "max_tokens", "content_filter": "content_filter"}


@modelapi(name="meant")
def meant() -> type[ModelAPI]:
    """The class that Inspect makes models of."""
    return MeantAPI


class MeantAPI(ModelAPI):
    """One system. `-M policy=FILE` is the policy that a system file may refer to."""

    def __init__(
        self,
        model_name: str,
        base_url: str | None = None,
        api_key: str | None = None,
        config: GenerateConfig | None = None,
        policy: str = BUILTIN,
    ) -> None:
        super().__init__(model_name, base_url, api_key, [], config or GenerateConfig())
        self._assembly = Assembly(load_policy(policy))
        self._system = self._assembly.system(model_name)

    async def generate(
        self,
        input: list[ChatMessage],  # noqa: A002 - Inspect names it
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        """The system's reply. Raises ConfigError for tools of the task's, SystemFailure where there is no answer."""
        if tools:
            raise ConfigError(f"{self._system.name} has tools of its own; a task that brings tools needs a bare model")
        said = conversation([{"role": m.role, "content": m.text} for m in input])
        system = (Turn(role="system", text=said.prompt),) if said.prompt else ()
        return _output(self.model_name, await self._system.reply((*system, *said.turns), seed=config.seed))

    async def aclose(self) -> None:
        """Let go of connections and processes."""
        await self._assembly.aclose()


def _output(model: str, reply: Reply) -> ModelOutput:
    output = ModelOutput.from_content(model, reply.turn.text, stop_reason=_stop(reply))
    count = reply.usage
    if count.input_tokens is not None and count.output_tokens is not None:
        total = count.input_tokens + count.output_tokens
        output.usage = ModelUsage(
            input_tokens=count.input_tokens, output_tokens=count.output_tokens, total_tokens=total
        )
    return output


def _stop(reply: Reply) -> Any:
    return _STOPS.get(reply.finish, "unknown")
