"""Rows of Hugging Face data sets, through the library `datasets` (the extra of that name), imported when asked for.

A source is `hf:ORG/NAME[/CONFIG][:SPLIT]` on the hub, or `FOLDER[:SPLIT]`: one written by `save_to_disk`, or one that
holds parquet, JSON or CSV files. A split must be named where there are several. A class label is its number.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from meant.core.errors import ConfigError, MissingExtra, did_you_mean
from meant.files.table import Row

HUB = "hf:"
_SAVED = ("dataset_info.json", "dataset_dict.json")

Load = Callable[["Source"], Any]
"""From a source to one data set, or to a mapping of splits to data sets; a data set iterates over its rows."""


class Source(NamedTuple):
    """What a user named."""

    name: str
    """A repository, or a folder."""
    split: str | None
    on_hub: bool
    config: str | None = None
    """Which of a repository's configurations, where it has several."""


def source_of(named: str) -> Source | None:
    """What a name stands for; None where it is neither on the hub nor a folder."""
    if named.startswith(HUB):
        return _on_hub(named)
    folder, _, split = named.rpartition(":")
    for name, part in ((named, None), (folder, split)):
        if name and Path(name).is_dir():
            return Source(name, part, on_hub=False)
    return None


def _on_hub(named: str) -> Source:
    path, _, split = named.removeprefix(HUB).partition(":")
    parts = path.split("/")
    if not all(parts) or len(parts) > 3:
        raise ConfigError(
            f"{named}: not the name of a data set; write hf:ORG/NAME, hf:ORG/NAME:SPLIT or hf:ORG/NAME/CONFIG:SPLIT"
        )
    return Source("/".join(parts[:2]), split or None, on_hub=True, config=parts[2] if len(parts) > 2 else None)


def dataset_rows(named: str, *, load: Load | None = None) -> Iterator[Row]:
    """The rows, numbered from 1 in place of lines. ConfigError where there is no such data set or split."""
    source = source_of(named)
    if source is None:
        raise ConfigError(f"{named}: no such folder, and no data set on the hub (hf:ORG/NAME)")
    found = _one_split((load or _load)(source), source, named)
    return (Row(number, row) for number, row in enumerate(found, start=1))


def _one_split(loaded: Any, source: Source, named: str) -> Any:
    splits = {str(name): rows for name, rows in loaded.items()} if isinstance(loaded, Mapping) else None
    if splits is None:
        if source.split is not None:
            raise ConfigError(f"{named}: this data set has no splits; leave `:{source.split}` out")
        return loaded
    if source.split is None and len(splits) == 1:
        return next(iter(splits.values()))
    if source.split not in splits:
        hint = did_you_mean(source.split or "", splits)
        raise ConfigError(f"{named}: {hint}name a split: {', '.join(f'{source.name}:{name}' for name in splits)}")
    return splits[source.split]


def _load(source: Source) -> Any:
    try:
        import datasets
    except ImportError:
        raise MissingExtra("datasets", "datasets") from None
    saved = not source.on_hub and any((Path(source.name) / name).is_file() for name in _SAVED)
    try:
        return datasets.load_from_disk(source.name) if saved else datasets.load_dataset(source.name, source.config)
    except Exception as error:  # the library raises many kinds, and all of them mean the same here
        raise ConfigError(f"{source.name}: cannot be loaded: {error}; check the name and the network") from error
