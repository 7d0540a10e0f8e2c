"""Which kind of file it is, told by the field that this kind alone has."""

from collections.abc import Collection
from typing import Literal

from meant.core.errors import FileFaults
from meant.files.positions import Positioned, whole_file

FileKind = Literal["policy", "system", "gateway", "judge"]
SIGNS: dict[str, FileKind] = {"principles": "policy", "model": "system", "systems": "gateway", "use": "judge"}


def kind_of(keys: Collection[str]) -> FileKind | None:
    """By its top-level fields; of several kinds the first above."""
    return next((kind for sign, kind in SIGNS.items() if sign in keys), None)


def must_be(wanted: FileKind, source: Positioned) -> None:
    """Raises FileFaults, with one fault, where it is plainly of another kind: none of its fields is a slip then."""
    found = kind_of(source.data)
    sign = next(sign for sign, kind in SIGNS.items() if kind == wanted)
    if found is not None and sign not in source.data:
        problem = f"is a {found} file, and a {wanted} file is wanted here"
        raise FileFaults([whole_file(source.path, problem, f"name one that has `{sign}:`")])
