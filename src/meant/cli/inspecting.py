"""`meant eval --inspect`: the options, and the exams that they ask for."""

from collections.abc import Mapping
from functools import reduce
from pathlib import Path
from typing import Any

import click
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from meant.cli.options import F
from meant.core.case import CAPABILITY
from meant.core.errors import ConfigError, MissingExtra
from meant.loop.exams import Exam

_OPTIONS = (
    click.option(
        "--inspect",
        "tasks",
        multiple=True,
        metavar="TASK",
        help="An Inspect task to run too, as `inspect eval` takes it: file.py@task or package/task; again for more. "
        "Without --suite, only these are measured.",
    ),
    click.option("--inspect-limit", type=click.IntRange(min=1), help="Of each task, the first so many samples."),
    click.option(
        "--inspect-arg",
        "task_args",
        multiple=True,
        metavar="NAME=VALUE",
        help="An argument of the tasks; again for more.",
    ),
    click.option("--inspect-dimension", default=CAPABILITY, show_default=True, help="Where the tasks' samples count."),
    click.option(
        "--inspect-score",
        metavar="NAME",
        help="Which of a task's scores counts. [default: the first]",
    ),
)


def inspect_options(command: F) -> F:
    """What to run of Inspect's. Read with `exams_of`."""
    return reduce(lambda made, option: option(made), reversed(_OPTIONS), command)


def exams_of(options: Mapping[str, Any], store: Path) -> tuple[Exam, ...]:
    """One exam a task; its logs go beside the store. Raises MissingExtra where Inspect is not installed."""
    arguments = _arguments(options["task_args"])
    if not options["tasks"]:
        given = [name for name in ("inspect_limit", "task_args", "inspect_score") if options[name]]
        if given:
            raise ConfigError("options of Inspect tasks, and no task; name one with --inspect")
        return ()
    try:
        from meant.interop.inspect.exam import InspectTask
    except ModuleNotFoundError as missing:
        if missing.name != "inspect_ai":
            raise
        raise MissingExtra("inspect_ai", "inspect") from None
    return tuple(
        InspectTask(
            task,
            logs=store.parent / "inspect",
            arguments=arguments,
            limit=options["inspect_limit"],
            dimension=options["inspect_dimension"],
            score=options["inspect_score"],
        )
        for task in options["tasks"]
    )


def _arguments(given: tuple[str, ...]) -> dict[str, Any]:
    """Values as YAML reads them, as Inspect's own `-T` does: 3 is a number, true is true, the rest is text."""
    found = dict[str, Any]()
    for one in given:
        name, equals, value = one.partition("=")
        if not (name and equals):
            raise ConfigError(f"--inspect-arg {one!r} is no argument; write it as NAME=VALUE")
        try:
            found[name.replace("-", "_")] = YAML(typ="safe").load(value)
        except YAMLError:
            found[name.replace("-", "_")] = value
    return found
