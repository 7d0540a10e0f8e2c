"""The three gateways of the bench, each in a process of its own: ours, the bare pass-through, and LiteLLM's proxy.

Each is a context: it gives where it listens, and the CPU seconds that its process has used so far.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
READY_S = 90
TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


class Running(NamedTuple):
    """A process that listens."""

    url: str
    process: "subprocess.Popen[str]"

    def cpu_s(self) -> float:
        """User and system, of all its threads, in Linux's own count: hundredths of a second."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def rss_mb(self) -> float:
        """Resident memory."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * PAGE / 1e6


@contextmanager
def upstream(port: int = 0) -> Iterator[Running]:
    """The model's server."""
    command = [sys.executable, str(HERE / "upstream.py"), str(port)]
    with _process(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        yield Running(f"http://127.0.0.1:{int(process.stdout.readline())}/v1", process)


@contextmanager
def passing(model: str) -> Iterator[Running]:
    """The bare pass-through."""
    with _process([sys.executable, str(HERE / "passing.py"), model], stderr=subprocess.PIPE) as process:
        yield Running(_address(process), process)


@contextmanager
def ours(file: Path, env: Mapping[str, str] | None = None) -> Iterator[Running]:
    """`meant serve` of a gateway file."""
    command = [sys.executable, "-m", "meant", "serve", str(file)]
    with _process(command, stderr=subprocess.PIPE, env=env) as process:
        found = Running(_address(process), process)
        while "kept in" not in process.stderr.readline():  # type: ignore[union-attr]
            pass
        with (file.parent / "gateway.log").open("w") as log:
            copy = subprocess.Popen(["cat"], stdin=process.stderr, stdout=log)
            yield found
            process.terminate()
            process.wait()
            copy.wait()


@contextmanager
def litellm(python: Path, config: Path, port: int) -> Iterator[Running]:
    """LiteLLM's proxy, with one worker."""
    command = [str(python.parent / "litellm"), "--config", str(config), "--port", str(port), "--host", "127.0.0.1"]
    offline = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_TELEMETRY": "False", "DISABLE_SCHEMA_UPDATE": "True"}
    log = config.with_suffix(".log").open("w")
    with log, _process(command, stdout=log, stderr=subprocess.STDOUT, env=offline) as process:
        url = f"http://127.0.0.1:{port}"
        _wait_for(f"{url}/health/liveliness", process)
        yield Running(url, process)


@contextmanager
def _process(
    command: list[str], *, env: Mapping[str, str] | None = None, **pipes: object
) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(command, text=True, env={**os.environ, **(env or {})}, **pipes)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe:
                pipe.close()


def _address(process: "subprocess.Popen[str]") -> str:
    assert process.stderr
    told = ""
    for line in process.stderr:
        told += line
        if "http://" in line:
            return f"http://{line.split('http://')[1].split()[0]}"
    raise SystemExit(f"a server ended before it listened:\n{told}")


def _wait_for(url: str, process: "subprocess.Popen[str]") -> None:
    import urllib.error
    import urllib.request

    until = time.monotonic() + READY_S
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise SystemExit(f"{url} did not answer within {READY_S} s")
