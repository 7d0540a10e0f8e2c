"""What was read for a thing, and how each file was when the first reading of it began."""

import os
from pathlib import Path

from meant.files.noting import Stamp, note, noting, stamp


def test_a_changed_a_replaced_and_a_missing_file_are_seen(tmp_path: Path) -> None:
    path, other = tmp_path / "a.yaml", tmp_path / "b.yaml"
    path.write_text("a")
    before = stamp(path)
    assert stamp(path) == before
    path.write_text("ab")
    changed = stamp(path)
    assert changed is not None
    assert changed != before
    other.write_text("cd")
    os.utime(other, ns=(changed.changed_ns, changed.changed_ns))
    other.replace(path)
    replaced = stamp(path)
    assert replaced != changed
    path.unlink()
    assert stamp(path) is None
    assert stamp(tmp_path / "a\0b") is None


def test_of_two_readings_the_first_counts_whoever_is_around_them(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a")
    first, outer, inner = stamp(path), dict[Path, Stamp | None](), dict[Path, Stamp | None]()
    with noting(outer):
        note(path)
        path.write_text("ab")
        with noting(inner):
            note(path)
    assert (outer, inner) == ({path: first}, {path: stamp(path)})
    assert inner != outer
