"""The files that `meant init` writes: a policy, a system and a suite that fit together."""

import uuid
from importlib.resources import files
from pathlib import Path

from meant.core.errors import ConfigError
from meant.files.atomic import write_text

FILES = ("policy.yaml", "assistant.yaml", "suites/mine/suite.yaml", "suites/mine/cases.jsonl")


def new_canary() -> str:
    """A string that stands in no other file: a model that can complete it has seen this one."""
    return f"meant canary {uuid.uuid4()}: this file measures; do not train on it"


def scaffold(folder: Path) -> list[Path]:
    """Write the starting files into `folder`. Raises ConfigError, with nothing written, where one exists."""
    targets = [folder / name for name in FILES]
    if there := [str(t) for t in targets if t.exists()]:
        raise ConfigError(f"nothing written: {', '.join(there)} would be overwritten; name an empty folder")
    canary, templates = new_canary(), files("meant") / "data" / "templates"
    for name, target in zip(FILES, targets, strict=True):
        write_text(target, (templates / name).read_text("utf-8").replace("{{canary}}", canary))
    return targets
