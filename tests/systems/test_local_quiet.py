"""Nothing of the engine's leaves the machine or lands in the home folder, and nothing it prints reaches the pipe.

Each runs in a process of its own, since an audit hook cannot be taken away.
"""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

needs_engine = pytest.mark.skipif(
    find_spec("openvino_genai") is None, reason="the extra is not installed: pip install 'meant[local]'"
)
WATCH = """
import sys
seen = []
sys.addaudithook(lambda event, args: seen.append(event) if event.startswith("socket.") else None)
"""
REFUSE = """
import sys
seen = []
def refuse(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        raise OSError(event)
sys.addaudithook(refuse)
"""
REPORT = """
import threading, time
time.sleep(1)
print(sorted(set(seen)), sys.modules.get("openvino_telemetry"), threading.active_count())
"""
BLOCK = "from meant.systems.local import quiet; quiet.block_calls_home()\n"


def run(script: str, home: Path, *, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """As its own user, in effect: a home folder with nothing in it. CI is unset: the engine is polite there."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "CI", "TF_BUILD", "JENKINS"))}
    environment = {**kept, "HOME": str(home)}
    command = [sys.executable, "-c", script]
    return subprocess.run(command, input=stdin, capture_output=True, check=False, env=environment, cwd=home)


def test_no_connection_can_be_opened(tmp_path: Path) -> None:
    tries = """
import socket
for call in (lambda: socket.create_connection(("127.0.0.1", 9)), lambda: socket.getaddrinfo("example.org", 80),
             lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9))):
    try:
        call()
        print("it went out")
    except PermissionError as error:
        print("blocked")
"""
    assert run(BLOCK + tries, tmp_path).stdout.split() == [b"blocked"] * 3
    assert b"blocked" not in run(tries, tmp_path).stdout


def test_blocking_too_late_is_an_error(tmp_path: Path) -> None:
    late = "import sys, types; sys.modules['openvino'] = types.ModuleType('openvino')\n"
    assert b"RuntimeError: openvino is imported already" in run(late + BLOCK, tmp_path).stderr


def test_prints_go_to_stderr_and_the_pipe_is_ours(tmp_path: Path) -> None:
    script = """
import os
from meant.systems.local import quiet
into, out = quiet.own_pipes()
print("from Python", flush=True)
os.write(1, b"from a library")
out.write(os.read(into, 9) + b"|" + os.read(0, 9))
out.flush()
"""
    done = run(script, tmp_path, stdin=b"hello")
    assert done.stdout == b"hello|"
    assert b"from Python" in done.stderr
    assert b"from a library" in done.stderr


@pytest.mark.slow
@needs_engine
def test_importing_the_engine_sends_and_writes_nothing(tmp_path: Path) -> None:
    done = run(WATCH + BLOCK + "import openvino_genai\n" + REPORT, tmp_path)
    assert done.stdout.split(b"\n")[-2] == b"[] None 1", done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@needs_engine
def test_without_the_block_it_does(tmp_path: Path) -> None:
    """The control: it marks the home folder with an id to send. Nothing is sent, for the hook refuses to connect."""
    done = run(REFUSE + "import openvino_genai\n" + REPORT, tmp_path)
    assert (tmp_path / "intel").is_dir(), done.stderr
