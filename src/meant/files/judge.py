"""Judge files: which judge, whom it asks, and its settings, in one YAML."""

from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from meant.core.base import Value
from meant.core.errors import FileFaults
from meant.core.policy import Text
from meant.files.faults import faults_of
from meant.files.kinds import must_be
from meant.files.positions import Positioned, read_yaml


class JudgeFile(Value):
    """What every judge file may say. Whatever else stands there are the judge's own settings."""

    use: Text
    """The judge's name."""
    system: Text | None = None
    """Whom it asks: `provider:model`, or a system file, relative to this one."""
    judges: tuple[Text, ...] = ()
    """Of a panel: its members, each as `--judge` takes it; files are relative to this one."""


class ReadJudge(NamedTuple):
    """A judge file that was read."""

    spec: JudgeFile
    settings: dict[str, Any]
    source: Positioned


def read_judge(path: Path) -> ReadJudge:
    """The judge file. Raises FileFaults with everything that is wrong with the shape."""
    source = read_yaml(path)
    must_be("judge", source)
    shared = {key: value for key, value in source.data.items() if key in JudgeFile.model_fields}
    try:
        spec = JudgeFile.model_validate(shared)
    except ValidationError as error:
        raise FileFaults(faults_of(error.errors(), model=JudgeFile, file=str(path), place=source.place)) from None
    return ReadJudge(spec, {k: v for k, v in source.data.items() if k not in shared}, source)
