"""Generated tokens a second of the local provider beside the raw engine: same weights, settings and prompts, one run.

`ours_N` asks the provider N at once; `raw_N` is openvino-genai alone in a process of its own: `add_request` for all,
then `step` until done. They take turns, and who begins changes from round to round; each figure is the median of the
rounds. `loop_stall_ms` is the worst of this process's event loop while `ours` was asked: how late a task woke that
had slept for a millisecond. `machine_stall_ms` is the same while the raw engine worked and this process did nothing:
what the machine itself takes, with both cores at work.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from meant.core.system import Sampling
from meant.core.turn import Turn
from meant.systems.local import quiet
from meant.systems.models.cache import weights
from meant.systems.providers.local import Local

MODEL, MAX_TOKENS, ROUNDS = "smollm2-135m", 64, 6
REQUESTS = {1: 2, 16: 16, 64: 64}
"""At once, and how many a round."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Tokens a second of the local provider and of its raw engine.")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--raw", action="store_true", help="be the raw engine (for the bench itself)")
    arguments = parser.parse_args()
    if arguments.raw:
        be_raw()
        return
    figures = asyncio.run(measured())
    if arguments.json:
        print(json.dumps(figures))
        return
    print(f"generated tokens a second, {MODEL}, up to {MAX_TOKENS} a reply")
    print(f"{'at once':>8} {'ours':>8} {'raw':>8} {'ratio':>8}")
    for n in REQUESTS:
        ours, raw = figures[f"ours_{n}"], figures[f"raw_{n}"]
        print(f"{n:>8} {ours:>8.1f} {raw:>8.1f} {ours / raw:>8.2f}")
    print(f"worst stall of the event loop: {figures['loop_stall_ms']:.1f} ms; ", end="")
    print(f"with the raw engine at work and nothing to do: {figures['machine_stall_ms']:.1f} ms")


async def measured() -> dict[str, float]:
    """Every figure. The first round warms both up and does not count."""
    local, raw = Local(MODEL, sampling=Sampling(max_tokens=MAX_TOKENS)), Raw()
    speeds: dict[str, list[float]] = {f"{who}_{n}": [] for n in REQUESTS for who in ("ours", "raw")}
    stalls: dict[str, list[float]] = {"ours": [], "raw": []}
    await ours(local, prompts(1, 0), 1)
    await asyncio.to_thread(raw.run, prompts(1, 0), 1)
    for round_ in range(1, ROUNDS + 1):
        for n, requests in REQUESTS.items():
            some = prompts(requests, round_ * 1000 + n)
            for who in ("ours", "raw") if round_ % 2 else ("raw", "ours"):
                async with stall_watch(stalls[who]):
                    asking = ours(local, some, n) if who == "ours" else asyncio.to_thread(raw.run, some, n)
                    speeds[f"{who}_{n}"].append(await asking)
    await local.aclose()
    raw.close()
    medians = {name: statistics.median(values) for name, values in speeds.items()}
    worst = {f"{name}_stall_ms": max(stalls[who]) * 1e3 for name, who in (("loop", "ours"), ("machine", "raw"))}
    return {**medians, **worst, "rounds": ROUNDS, "max_tokens": MAX_TOKENS}


def prompts(count: int, seed: int) -> list[str]:
    """Prompts that no round has asked before, so that no cache knows them."""
    return [
        f"Case {seed}-{i}: tell me in a few sentences what the number {seed + i} is good for." for i in range(count)
    ]


async def ours(local: Local, asked: Sequence[str], at_once: int) -> float:
    """Tokens a second through the provider."""
    gate = asyncio.Semaphore(at_once)

    async def one(prompt: str) -> int:
        async with gate:
            reply = await local.reply([Turn(role="user", text=prompt)])
        return reply.usage.output_tokens or 0

    start = time.perf_counter()
    tokens = await asyncio.gather(*(one(prompt) for prompt in asked))
    return sum(tokens) / (time.perf_counter() - start)


@asynccontextmanager
async def stall_watch(stalls: list[float]) -> AsyncIterator[None]:
    """Notes how late, in seconds, a task wakes that sleeps a millisecond at a time."""

    async def tick() -> None:
        while True:
            start = time.perf_counter()
            await asyncio.sleep(0.001)
            stalls.append(time.perf_counter() - start - 0.001)

    task = asyncio.create_task(tick())
    try:
        yield
    finally:
        task.cancel()


class Raw:
    """The raw engine's process."""

    def __init__(self) -> None:
        command = [sys.executable, __file__, "--raw"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(self, asked: Sequence[str], at_once: int) -> float:
        """Tokens a second."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([list(asked), at_once]).encode() + b"\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())

    def close(self) -> None:
        """End it."""
        self._process.communicate()


def be_raw() -> None:
    """Read `[prompts, at_once]` lines, write tokens a second. Nothing of ours but what keeps the engine quiet."""
    quiet.block_calls_home()
    import openvino_genai as genai

    threads = len(os.sched_getaffinity(0))
    scheduler = genai.SchedulerConfig()
    scheduler.cache_size, scheduler.max_num_batched_tokens, scheduler.max_num_seqs = 1, 256, 64
    scheduler.enable_prefix_caching = True
    properties = {"INFERENCE_PRECISION_HINT": "f32", "KV_CACHE_PRECISION": "f16", "INFERENCE_NUM_THREADS": threads}
    pipe = genai.ContinuousBatchingPipeline(str(weights(MODEL)), scheduler, "CPU", properties)
    template = pipe.get_tokenizer().apply_chat_template
    config = genai.GenerationConfig()
    config.max_new_tokens, config.logprobs, config.apply_chat_template = MAX_TOKENS, 1, False
    config.stop_token_ids = {pipe.get_tokenizer().get_eos_token_id()}
    for line in sys.stdin:
        asked, at_once = json.loads(line)
        texts = [template([{"role": "user", "content": one}], add_generation_prompt=True) for one in asked]
        start, tokens = time.perf_counter(), 0
        waiting, running = list(enumerate(texts)), list[Any]()
        while waiting or running:
            while waiting and len(running) < at_once:
                number, text = waiting.pop(0)
                running.append(pipe.add_request(number, text, config))
            pipe.step()
            over = [one for one in running if one.get_status() != genai.GenerationStatus.RUNNING]
            tokens += sum(len(one.read_all()[0].generated_ids) for one in over)
            running = [one for one in running if one not in over]
        print(tokens / (time.perf_counter() - start), flush=True)


if __name__ == "__main__":
    main()
