"""LiteLLM in an environment of its own, made when it is missing: its pins are not ours."""

import os
import subprocess
import sys
from pathlib import Path

PINNED = "litellm[proxy]==1.108.7"


def python() -> Path | str:
    """Its Python; or why there is none, in one line."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "meant-bench" / "litellm"
    found = cache / "bin" / "python"
    done = cache / "installed"
    if done.is_file() and done.read_text() == PINNED:
        return found
    print(f"making an environment for {PINNED} in {cache}", file=sys.stderr)
    for command in ([sys.executable, "-m", "venv", str(cache)], [str(found), "-m", "pip", "install", "-q", PINNED]):
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode:
            return f"{PINNED} cannot be installed: {ran.stderr.strip().splitlines()[-1:]}"
    done.write_text(PINNED)
    return found
