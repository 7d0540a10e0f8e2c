"""The data files beside the code: one RE2 pattern a line (in `tongues/`, also words), `#` begins a comment line."""

from importlib.resources import files


def phrases(name: str) -> list[str]:
    """The lines of `data/<name>.txt` that are neither blank nor comments, in order."""
    text = (files(__package__) / "data" / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
