"""Writing files so that nobody ever sees half of one."""

import os
import tempfile
from pathlib import Path

from meant.core.errors import ConfigError


def check_writable(path: Path) -> None:
    """Raise ConfigError where `path` cannot be written: before long work, not after it. Makes the folder."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}; name another place") from None
    if path.is_dir():
        raise ConfigError(f"cannot write {path}: it is a folder; name a file in it")


def write_text(path: Path, text: str) -> None:
    """Write UTF-8, as `write_bytes` does."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Write beside the target, then rename: the old content or the new, never a part. Makes the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
