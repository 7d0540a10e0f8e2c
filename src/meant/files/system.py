"""System files: model, sampling and system prompt in one YAML. `{{policy}}` in the prompt is the policy's place."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError, model_validator

from meant.core.base import Value, wrong
from meant.core.errors import Fault, FileFaults
from meant.core.policy import Text
from meant.core.system import Sampling
from meant.files.faults import faults_of
from meant.files.positions import Positioned, read_text, read_yaml

SLOT = "{{policy}}"


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
    try:
        spec = SystemFile.model_validate(source.data)
    except ValidationError as error:
        faults = faults_of(error.errors(), model=SystemFile, file=str(path), place=source.place)
        raise FileFaults(faults) from None
    if spec.prompt_file is None:
        return spec, source
    prompt_path = path.parent / spec.prompt_file
    if not prompt_path.is_file():
        place = source.place(("prompt_file",))
        fault = Fault(str(path), *place, "prompt_file", spec.prompt_file, "no such file", f"write {prompt_path}")
        raise FileFaults([fault])
    return spec.model_copy(update={"prompt": read_text(prompt_path), "prompt_file": None}), source
