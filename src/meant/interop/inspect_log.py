"""The samples of an Inspect log. A `.json` log needs nothing; an `.eval` log is a ZIP whose members are in Zstandard.

Python reads those from 3.14 on; before, the extra `logs` brings a reader. Long texts stand apart from the sample, as
`attachment://HASH`, and are put back.
"""

import json
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from meant.core.errors import Fault, FileFaults, MissingExtra
from meant.files.positions import read_text, whole_file
from meant.files.table import Row
from meant.interop import json_lists

_ZSTD = 93
_HEADER = struct.Struct("<26xHH")
"""Of a member, before its name: the lengths of the name and of the extra field."""
_LARGEST = 1 << 30
"""Bytes of one member: a log that would unpack to more is refused."""
_ATTACHED = "attachment://"
_REMEDY = "give a log that Inspect wrote: `inspect log list` names them"


def samples(file: Path, faults: list[Fault]) -> list[Row]:
    """Each sample with the log's `model` and `task`. Raises FileFaults, and MissingExtra for an `.eval` log."""
    return list(_from_zip(file, faults) if file.suffix == ".eval" else _from_json(file, faults))


def _from_json(file: Path, faults: list[Fault]) -> Iterator[Row]:
    source = read_text(file)
    log = json_lists.whole(file, source)
    about = _about(file, log)
    entries = log.get("samples")
    if not isinstance(entries, list):
        raise FileFaults([whole_file(file, "holds no `samples`", "run the task again with --log-samples")])
    for line, sample in json_lists.rows(file, source, "samples", entries, faults):
        yield Row(line, {**_whole(dict(sample)), **about})


def _from_zip(file: Path, faults: list[Fault]) -> Iterator[Row]:
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            header = next((n for n in ("header.json", "_journal/start.json") if n in names), None)
            if header is None:
                raise FileFaults([whole_file(file, "holds no header.json", _REMEDY)])
            about = _about(file, json.loads(_member(file, archive, header)))
            for name in sorted(n for n in names if n.startswith("samples/") and n.endswith(".json")):
                sample = json.loads(_member(file, archive, name))
                if isinstance(sample, dict):
                    yield Row(0, {**_whole(sample), **about})
                else:
                    faults.append(Fault(str(file), 0, 0, name, "", "not a JSON object", "export the log again"))
    except FileNotFoundError:
        raise FileFaults([whole_file(file, "does not exist", "check the path")]) from None
    except (zipfile.BadZipFile, json.JSONDecodeError, UnicodeDecodeError, EOFError) as error:
        raise FileFaults([whole_file(file, f"is no whole .eval log: {error}", _REMEDY)]) from None


def _member(file: Path, archive: zipfile.ZipFile, name: str) -> bytes:
    info = archive.getinfo(name)
    if info.file_size > _LARGEST:
        raise FileFaults([whole_file(file, f"{name} holds {info.file_size} bytes", "export the log as JSON")])
    if info.compress_type == _ZSTD and sys.version_info < (3, 14):
        return _unpacked(file, info)  # whatever another library has taught zipfile
    try:
        return archive.read(info)
    except NotImplementedError:
        raise FileFaults([whole_file(file, f"{name} is compressed in a way that is not read", _REMEDY)]) from None


def _unpacked(file: Path, info: zipfile.ZipInfo) -> bytes:
    try:
        import zstandard
    except ImportError:
        raise MissingExtra("zstandard", "logs") from None
    with file.open("rb") as raw:
        raw.seek(info.header_offset)
        name, extra = _HEADER.unpack(raw.read(_HEADER.size))
        raw.seek(name + extra, 1)
        packed = raw.read(info.compress_size)
    try:
        data: bytes = zstandard.ZstdDecompressor().stream_reader(packed).read(info.file_size + 1)
    except zstandard.ZstdError as error:
        raise zipfile.BadZipFile(f"{info.filename}: {error}") from None
    if len(data) != info.file_size or zlib.crc32(data) != info.CRC:
        raise zipfile.BadZipFile(f"{info.filename} is damaged")
    return data


def _about(file: Path, log: Any) -> dict[str, str]:
    about = log.get("eval") if isinstance(log, dict) else None
    if not isinstance(about, dict) or not isinstance(about.get("model"), str):
        raise FileFaults([whole_file(file, "holds no `eval` that names a model", _REMEDY)])
    return {"model": about["model"], "task": str(about.get("task") or "task")}


def _whole(sample: dict[str, Any]) -> dict[str, Any]:
    """The parts that are read, with the texts that stand apart put back."""
    attached = sample.get("attachments") or {}
    return {key: part if key in ("attachments", "events") else _filled(part, attached) for key, part in sample.items()}


def _filled(part: Any, attached: dict[str, str]) -> Any:
    if isinstance(part, str) and part.startswith(_ATTACHED):
        return attached.get(part.removeprefix(_ATTACHED), part)
    if isinstance(part, list):
        return [_filled(one, attached) for one in part]
    return {key: _filled(one, attached) for key, one in part.items()} if isinstance(part, dict) else part
