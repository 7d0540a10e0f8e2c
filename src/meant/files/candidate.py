"""A candidate beside a system file: the same system under another name, with a prompt of its own in a file."""

from io import StringIO
from pathlib import Path
from typing import NamedTuple

from ruamel.yaml import YAML

from meant.files.atomic import write_text
from meant.files.system import read_system


class Written(NamedTuple):
    """Where it stands."""

    system: Path
    prompt: Path


def places(path: Path, suffix: str) -> Written:
    """`assistant.yaml` with `better`: `assistant.better.yaml` and `assistant.better.md`."""
    return Written(path.with_suffix(f".{suffix}.yaml"), path.with_suffix(f".{suffix}.md"))


def write_candidate(path: Path, prompt: str, *, suffix: str) -> Written:
    """Write both files, over older ones. Raises FileFaults where the system file is wrong."""
    spec, _ = read_system(path)
    to = places(path, suffix)
    fields = spec.model_dump(mode="json", exclude_unset=True, exclude={"prompt", "prompt_file"})
    fields |= {"name": f"{spec.name}-{suffix}", "prompt_file": to.prompt.name}
    text = StringIO()
    YAML().dump(fields, text)
    write_text(to.prompt, prompt if prompt.endswith("\n") else f"{prompt}\n")
    write_text(to.system, text.getvalue())
    return to
