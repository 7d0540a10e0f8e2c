"""The files that `meant init` writes: a policy, a system and a suite that fit together.

To add a template: a folder in `data/templates/` with those files. One without a policy has the built-in policy of its
name.
"""

import uuid
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import Literal

from meant.core.errors import ConfigError, did_you_mean
from meant.files.atomic import write_text

STARTER = "starter"
"""The template with a small policy of its own, to be written over."""
POLICY = "policy.yaml"
_ORDER = (POLICY, "assistant.yaml", "suites/mine/suite.yaml", "suites/mine/cases.jsonl")
"""In which files are named; others follow."""
CI = Literal["github", "gitlab"]
_CI: Mapping[CI, str] = {"github": ".github/workflows/meant.yml", "gitlab": "meant.gitlab-ci.yml"}


def new_canary() -> str:
    """A string that stands in no other file: a model that can complete it has seen this one."""
    return f"meant canary {uuid.uuid4()}: this file measures; do not train on it"


def templates() -> list[str]:
    """Names of what one can start from."""
    return sorted(f.name for f in (files("meant") / "data" / "templates").iterdir() if f.is_dir())


def scaffold(folder: Path, template: str = STARTER) -> list[Path]:
    """Write a template's files into `folder`. Raises ConfigError, with nothing written, where one exists."""
    texts = _texts(template)
    targets = [folder / name for name in texts]
    if there := [str(t) for t in targets if t.exists()]:
        raise ConfigError(f"nothing written: {', '.join(there)} would be overwritten; name an empty folder")
    canary = new_canary()
    for target, text in zip(targets, texts.values(), strict=True):
        write_text(target, text.replace("{{canary}}", canary))
    return targets


def add_ci(folder: Path, where: CI) -> Path:
    """Write the job that puts every change to the gate. Raises ConfigError, with nothing written, where it exists."""
    target = folder / _CI[where]
    if target.exists():
        raise ConfigError(f"nothing written: {target} would be overwritten; remove it first")
    write_text(target, (files("meant") / "data" / "ci" / f"{where}.yml").read_text("utf-8"))
    return target


def _texts(template: str) -> Mapping[str, str]:
    """The template's files by path, in the order in which they are named."""
    known, data = templates(), files("meant") / "data"
    if template not in known:
        raise ConfigError(f"no template {template!r}; {did_you_mean(template, known)}there are: {', '.join(known)}")
    with as_file(data / "templates" / template) as root:
        paths = [path for path in root.rglob("*") if path.is_file() and path.suffix != ".pyc"]
        texts = {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in paths}
    if POLICY not in texts:
        texts[POLICY] = (data / "policies" / f"{template}.yaml").read_text("utf-8")
    return dict(sorted(texts.items(), key=lambda item: (_place(item[0]), item[0])))


def _place(name: str) -> int:
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)
