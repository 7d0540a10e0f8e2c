"""System files: model, sampling, prompt and tools in one YAML. `{{policy}}` in the prompt is the policy's place."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, ValidationError, model_validator

from meant.core.base import Value, wrong
from meant.core.errors import Fault, FileFaults
from meant.core.guard import Mode, OnError, Place
from meant.core.policy import Text
from meant.core.system import Sampling
from meant.core.tool import MAX_STEPS, Tool
from meant.files.faults import dotted, faults_of
from meant.files.kinds import must_be
from meant.files.positions import Positioned, read_text, read_yaml

SLOT = "{{policy}}"


class RealTool(Tool):
    """A tool of a system: a function that is called with the arguments by name."""

    call: Text
    """`module:function`, looked for beside the system file first."""
    timeout_s: Annotated[float, Field(gt=0)] = 60.0
    """After which the result is that there was none."""


class GuardLayer(Value):
    """A guard, and how it is put to use. What it is when it breaks, and whether it is enforced, have no default."""

    model_config = ConfigDict(extra="allow")

    use: Text
    """The kind of guard; its own settings stand beside these."""
    name: Text | None = None
    """None: as `use`. Two layers of one kind need two names."""
    at: tuple[Place, ...] | None = None
    """None: everywhere that this kind of guard can look."""
    on_error: OnError
    mode: Mode
    timeout_s: Annotated[float, Field(gt=0)] = 10.0
    only_if_unsure: bool = False
    """Ask it only where a layer before it could not tell, and let it settle that."""
    beside_previous: bool = False
    """Ask it at the same time as the layer before it: quicker where both take long, and dearer."""

    @property
    def settings(self) -> dict[str, Any]:
        """The guard's own, `use` included."""
        return {"use": self.use, **(self.model_extra or {})}


class GuardSettings(Value):
    """The guards of a system."""

    layers: Annotated[tuple[GuardLayer, ...], Field(min_length=1)]
    """The cheapest first."""
    unresolved: Literal["allow", "block", "ask"]
    """What comes of it when the last layer, too, could not tell. No default: it is a decision about safety."""
    refusal: Text = "I'm sorry, but I can't help with that."
    """What is said in the place of what is blocked."""
    budget_ms: Annotated[float, Field(gt=0)] | None = None
    """Time that the layers may take together for one part of a conversation; one not asked by then could not tell."""
    shadow_wait_ms: Annotated[float, Field(ge=0)] = 0.0
    """How long the end of a request's reply waits for layers in shadow that are still at work, for the record."""


class SystemFile(Value):
    """What a system is made of."""

    name: Text
    model: dict[str, Any]
    """`use:` names the provider; the other fields are that provider's settings."""
    sampling: Sampling = Sampling()
    prompt: str | None = None
    """The system prompt. None: whatever the model's chat template does without one."""
    prompt_file: str | None = None
    """Or a file that holds it, relative to this one."""
    tools: tuple[RealTool, ...] = ()
    """What the model may call; the policy's tool rules decide about each call."""
    max_steps: Annotated[int, Field(ge=1)] = MAX_STEPS
    """Requests to the model for one reply, at most."""
    guards: GuardSettings | None = None
    """What stands between the model and everybody else."""

    @model_validator(mode="after")
    def _one_prompt(self) -> "SystemFile":
        if self.prompt is not None and self.prompt_file is not None:
            raise wrong("two system prompts", "give either prompt or prompt_file")
        if not isinstance(self.model.get("use"), str):
            raise wrong("the model says no `use`", "add `use:` under `model:`, as in `use: openai`")
        return self


def read_system(path: Path) -> tuple[SystemFile, Positioned]:
    """The system file, its prompt read in. Raises FileFaults with everything that is wrong with the shape."""
    source = read_yaml(path)
    must_be("system", source)
    faults, spec = [*_no_prompt_file(source), *_twice(source)], None
    try:
        spec = SystemFile.model_validate(source.data)
    except ValidationError as error:
        faults += faults_of(error.errors(), model=SystemFile, file=str(path), place=source.place)
    if faults or spec is None:
        raise FileFaults(sorted(faults, key=lambda f: (f.line, f.column)))
    if spec.prompt_file is None:
        return spec, source
    prompt = read_text(path.parent / spec.prompt_file)
    return spec.model_copy(update={"prompt": prompt, "prompt_file": None}), source


def _no_prompt_file(source: Positioned) -> Iterator[Fault]:
    named = source.data.get("prompt_file")
    if isinstance(named, str) and not (wanted := source.path.parent / named).is_file():
        place = source.place(("prompt_file",))
        yield Fault(str(source.path), *place, "prompt_file", named, "no such file", f"write {wanted}")


def _twice(source: Positioned) -> Iterator[Fault]:
    """Two tools of one name."""
    tools = source.data.get("tools")
    names = [tool.get("name") if isinstance(tool, dict) else None for tool in tools] if isinstance(tools, list) else []
    for i, name in enumerate(names):
        if isinstance(name, str) and name in names[:i]:
            loc = ("tools", i, "name")
            yield Fault(str(source.path), *source.place(loc), dotted(loc), name, "used twice", "rename one of the two")
