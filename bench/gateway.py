"""What the gateway costs: CPU ms a request and a 42-event stream, requests a second, latency; ours, bare, LiteLLM's.

Each in a process of its own, against a model's server and a load client in processes of their own; 32 requests at once,
one run. Ours and the bare one take turns, `ROUNDS` of them, so that what else the machine does falls on both: CPU is
summed, of rates and latencies the median is told, and `ours_cpu_by_pass_rounds` are the ratios of the rounds. Ours has
the rules and the classifier's first stage before the model, the rules after it, a key to check, and every exchange
stored. `pass` is Starlette, uvicorn and aiohttp with nothing in between. LiteLLM runs its proxy, one worker, with its
content filter. CPU is of the gateway's process, with all its threads.

The streams are paced, an event each 10 ms, as a model's are: written all at once, many would share one write, and a
gateway that waits for more than one would be flattered. The first token may be later than the bare one by as long as
the text takes to come that the guards have to see ahead: `hold_back_ms` by the pace. `pass_held_ms` is when the bare
gateway has that text there, `ours_first_token_beyond_ms` how much later than that ours has its first. `--load` is the
endurance test (`gateways/endurance.py`). Timings on a busy machine are upper bounds.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench.gateways import environment, served, settings
from bench.gateways.endurance import endure
from bench.gateways.upstream import EVENTS, PACE_S, WORDS
from meant.files.gateway import read_gateway
from meant.serve.generation import Builder

AT_ONCE = 32
ROUNDS = 4
REQUESTS, STREAMS = 2000, 96
"""A round."""
FEW, FEW_STREAMS = 400, 96
"""Of LiteLLM, which takes some ten times as long for each."""
PORT = 4811
BARS = {"cpu": 3.5, "stream_cpu": 3.0, "rps": 15.0}
HERE = Path(__file__).parent


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="CPU, rate and latency of the gateway beside two others.")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--load", action="store_true", help="the endurance test instead: 10,000 requests, 64 at once")
    parser.add_argument("--requests", type=int, default=10_000, help="of --load")
    asked = parser.parse_args()
    os.environ[settings.VARIABLE] = settings.KEY
    figures = endure(asked.requests) if asked.load else measured()
    if asked.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:<24} {value:.3f}" if isinstance(value, float) else f"{name:<24} {value}")


def measured() -> dict[str, Any]:
    """All figures, and whether the bars hold."""
    figures: dict[str, Any] = {"at_once": AT_ONCE, "events": EVENTS, "pace_ms": PACE_S * 1000}
    with tempfile.TemporaryDirectory() as name, served.upstream() as model:
        folder = Path(name)
        file = settings.ours(folder, model.url)
        figures |= _guards(file)
        with served.passing(model.url) as bare, served.ours(file) as gateway:
            bench = {"pass": bare, "ours": gateway}
            rounds = _rounds(bench, ROUNDS, REQUESTS, STREAMS)
            for side, running in bench.items():
                figures |= _figures(side, running, rounds[side])
            figures["pass_held_ms"] = _first_ms(bare, nth=figures["hold_back_pieces"])
        figures["ours_first_token_beyond_ms"] = figures["ours_first_token_ms"] - figures["pass_held_ms"]
        figures["ours_cpu_by_pass_rounds"] = [
            mine.whole_s / theirs.whole_s for mine, theirs in zip(rounds["ours"], rounds["pass"], strict=True)
        ]
        figures |= _litellm(folder, model.url)
    return figures | _against(figures)


def _guards(file: Path) -> dict[str, object]:
    """Which guards there are, and how long the text takes that they hold back."""
    guarded = Builder(file.parent, None, ()).build(read_gateway(file)[0]).servings["echo"].guarded
    held = guarded.cascade.hold_back if guarded else 0
    named = [layer.name for layer in guarded.cascade.layers] if guarded else []
    text, pieces = 0, 0
    while pieces < EVENTS and (held is None or text <= held):
        text, pieces = text + len(WORDS[pieces % len(WORDS)]) + 1, pieces + 1
    held_ms = (pieces - 1) * PACE_S * 1000
    return {"guards": named, "hold_back_characters": held, "hold_back_pieces": pieces, "hold_back_ms": held_ms}


def _litellm(folder: Path, model: str) -> dict[str, object]:
    python = environment.python()
    if isinstance(python, str):
        return {"litellm": f"skipped: {python}"}
    with served.litellm(python, settings.litellm(folder, model), PORT) as proxy:
        return _figures("litellm", proxy, _rounds({"litellm": proxy}, 1, FEW, FEW_STREAMS)["litellm"])


class Round(NamedTuple):
    """What one gateway did in its turn."""

    requests: int
    streams: int
    whole_s: float
    """CPU seconds for the requests."""
    stream_s: float
    told: Mapping[str, float]
    """What the client saw of the requests."""


def _rounds(bench: Mapping[str, served.Running], rounds: int, requests: int, streams: int) -> dict[str, list[Round]]:
    """Turns of each, once all are warm."""
    for gateway in bench.values():
        _load(gateway.url, AT_ONCE * 4, "whole")
        _load(gateway.url, AT_ONCE, "stream")
    found: dict[str, list[Round]] = {name: [] for name in bench}
    for _ in range(rounds):
        for name, gateway in bench.items():
            found[name].append(_turn(gateway, requests, streams))
    return found


def _turn(gateway: served.Running, requests: int, streams: int) -> Round:
    before_s = gateway.cpu_s()
    whole = _load(gateway.url, requests, "whole")
    between_s = gateway.cpu_s()
    _load(gateway.url, streams, "stream")
    return Round(requests, streams, between_s - before_s, gateway.cpu_s() - between_s, whole)


def _figures(name: str, gateway: served.Running, rounds: Sequence[Round]) -> dict[str, object]:
    return {
        f"{name}_cpu_ms": sum(one.whole_s for one in rounds) / sum(one.requests for one in rounds) * 1000,
        f"{name}_stream_cpu_ms": sum(one.stream_s for one in rounds) / sum(one.streams for one in rounds) * 1000,
        **{f"{name}_{key}": median(one.told[key] for one in rounds) for key in ("rps", "p50_ms", "p99_ms")},
        f"{name}_first_token_ms": _first_ms(gateway),
        f"{name}_rss_mb": gateway.rss_mb(),
    }


def _first_ms(gateway: served.Running, *, nth: int = 1) -> float:
    """Until the first piece of text is there, or the nth, of one stream at a time: the median."""
    return _load(gateway.url, 20, "stream", at_once=1, nth=nth)["first_p50_ms"]


def _load(url: str, count: int, kind: str, *, at_once: int = AT_ONCE, nth: int = 1) -> dict[str, float]:
    command = [sys.executable, str(HERE / "gateways" / "client.py"), url, str(count), str(at_once), kind, "echo"]
    ran = subprocess.run([*command, settings.KEY, str(nth)], capture_output=True, text=True, check=True)
    told = json.loads(ran.stdout)
    assert told.pop("statuses") == {"200": count}, told
    return dict(told)


def _against(figures: dict[str, object]) -> dict[str, object]:
    """The ratios that the bars are about."""
    made: dict[str, object] = {}
    for name, bar in BARS.items():
        other = "litellm" if name == "rps" else "pass"
        unit = "" if name == "rps" else "_ms"
        mine, theirs = figures.get(f"ours_{name}{unit}"), figures.get(f"{other}_{name}{unit}")
        if isinstance(mine, float) and isinstance(theirs, float):
            ratio = mine / theirs
            made[f"ours_{name}_by_{other}"] = ratio
            made[f"{name}_bar_holds"] = ratio >= bar if name == "rps" else ratio <= bar
    return made


if __name__ == "__main__":
    main()
