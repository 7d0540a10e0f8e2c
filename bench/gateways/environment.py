"""LiteLLM in an environment of its own, made when it is missing: its pins are not ours."""

import os
import subprocess
import sys
from pathlib import Path

PINNED = "litellm[proxy]==1.108.7"


def present() -> Path | None:
    """Its Python, where the environment was made already."""
    done = _cache() / "installed"
    return _cache() / "bin" / "python" if done.is_file() and done.read_text() == PINNED else None


def python() -> Path | str:
    """Its Python; or why there is none, in one line."""
    if made := present():
        return made
    cache = _cache()
    found = cache / "bin" / "python"
    print(f"making an environment for {PINNED} in {cache}", file=sys.stderr)
    for command in ([sys.executable, "-m", "venv", str(cache)], [str(found), "-m", "pip", "install", "-q", PINNED]):
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode:
            return f"{PINNED} cannot be installed: {ran.stderr.strip().splitlines()[-1:]}"
    (cache / "installed").write_text(PINNED)
    return found


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "meant-bench" / "litellm"
