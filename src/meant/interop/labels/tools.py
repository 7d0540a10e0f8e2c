"""The labelling tools by name."""

from collections.abc import Mapping

from meant.core.errors import ConfigError, did_you_mean
from meant.interop.labels.argilla import Argilla
from meant.interop.labels.contract import LabelTool
from meant.interop.labels.json_lines import JsonLines
from meant.interop.labels.label_studio import LabelStudio

TOOLS: Mapping[str, LabelTool] = {"label-studio": LabelStudio(), "argilla": Argilla(), "jsonl": JsonLines()}


def tool(name: str) -> LabelTool:
    """The tool of this name. Raises ConfigError that lists what there is."""
    if name not in TOOLS:
        raise ConfigError(f"no labelling tool {name!r}; {did_you_mean(name, TOOLS)}one of: {', '.join(TOOLS)}")
    return TOOLS[name]
