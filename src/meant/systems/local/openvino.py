"""The engine: openvino-genai's continuous batching on the CPU. Imported in the child only.

Its settings were measured, see `docs/adr/0002-local-engine.md`: F16 weights with the f32 hint are faithful (0.002
nats a token), other pairs are not. Scoring has a pipeline of its own, loaded when first needed, without the prefix
cache and with one request at a time: with the cache on, the log-probabilities of what was read before are missing, and
beside requests that are being answered they are wrong altogether. Where nothing is being answered then, the pipeline
that answers makes room for it, and is loaded again when it is needed: a model that only scores is in memory once.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Literal

import numpy as np
import openvino as ov
import openvino_genai as genai

from meant.systems.local.prompt import Prompts
from meant.systems.local.wire import Ask, Load, Talk
from meant.systems.local.worker import News
from meant.systems.tools.hermes import PLAIN

BATCHED_TOKENS = 256
"""Prompt tokens that one step reads, over all requests."""
CACHE_GB = 1
"""For keys and values, at most, and taken as it is used: 43,000 tokens of a model with 23 KB a token (SmolLM2-135M).
What was read stays there until the room is needed."""


class OpenVino:
    """One model in memory."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._pipe: genai.ContinuousBatchingPipeline | None = _pipeline(load, prefix_cache=True)
        self._handles: dict[int, genai.GenerationHandle] = {}
        self._tokenizer = self._pipe.get_tokenizer()
        vocabulary = self._tokenizer.get_vocab()
        control = {vocabulary[token.encode()] for token in load.control if token not in PLAIN}
        self._bytes = {number: b"" if number in control else token for token, number in vocabulary.items()}
        self._ends = {vocabulary[token.encode()] for token in load.ends}
        self.prompts = Prompts(self._template, self._encode, load.control)

    def begin(self, request: int, prompt: Sequence[int], ask: Ask, seed: int) -> None:
        """Take a request on."""
        config = _config(min(ask.max_tokens, self._load.context - len(prompt)))
        config.stop_token_ids = self._ends
        if ask.temperature > 0:
            config.do_sample, config.temperature, config.top_p = True, ask.temperature, ask.top_p
            config.rng_seed = seed
        if self._pipe is None:
            self._pipe = _pipeline(self._load, prefix_cache=True)
        self._handles[request] = self._pipe.add_request(request, _tensor(prompt), config)

    def step(self) -> None:
        """A token for every request, or a part of its prompt."""
        if self._pipe is not None and self._pipe.has_non_finished_requests():
            self._pipe.step()

    def news(self, request: int) -> News | None:
        """What is new since the last call: the tokens of several steps, where it was not asked after each."""
        handle = self._handles[request]
        status = handle.get_status()
        if status == genai.GenerationStatus.IGNORED:
            return News((), (), "failed")
        told = []
        while handle.can_read():
            told.append(handle.read()[0])
        if not told:
            return None
        running = status == genai.GenerationStatus.RUNNING
        length = told[-1].finish_reason == genai.GenerationFinishReason.LENGTH
        over: Literal["stop", "length"] = "length" if length else "stop"
        tokens = [token for one in told for token in one.generated_ids]
        logprobs = [nats for one in told for nats in one.generated_log_probs]
        return News(tokens, logprobs, None if running else over)

    def cancel(self, request: int) -> None:
        """Let go of a request."""
        handle = self._handles.pop(request)
        if handle.get_status() == genai.GenerationStatus.RUNNING:
            handle.cancel()

    def bytes_of(self, token: int) -> bytes:
        """A token's bytes, as the vocabulary of a byte-level tokenizer holds them; a call's tags are said, too."""
        return self._bytes[token]

    def score(self, prompt: Sequence[int], continuations: Sequence[Sequence[int]]) -> list[list[float]]:
        """Log-probabilities of each continuation's tokens. Raises ValueError for a list of the wrong length."""
        told = (_echoed(self._scorer, [*prompt, *one]) for one in continuations)
        return [_of_continuation(nats, len(prompt), len(one)) for nats, one in zip(told, continuations, strict=True)]

    @cached_property
    def _scorer(self) -> genai.ContinuousBatchingPipeline:
        if not self._handles:
            self._pipe = None
        return _pipeline(self._load, prefix_cache=False)

    def _template(self, turns: Talk) -> str:
        text: str = self._tokenizer.apply_chat_template(turns, add_generation_prompt=True)
        return text

    def _encode(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).input_ids.data[0].tolist()
        return ids


def _pipeline(load: Load, *, prefix_cache: bool) -> genai.ContinuousBatchingPipeline:
    scheduler = genai.SchedulerConfig()
    scheduler.cache_size = CACHE_GB
    scheduler.max_num_batched_tokens = BATCHED_TOKENS
    scheduler.max_num_seqs = load.at_once
    scheduler.enable_prefix_caching = prefix_cache
    properties = {"INFERENCE_PRECISION_HINT": "f32", "KV_CACHE_PRECISION": "f16", "INFERENCE_NUM_THREADS": load.threads}
    return genai.ContinuousBatchingPipeline(load.path, scheduler, "CPU", properties)


def _config(max_tokens: int) -> genai.GenerationConfig:
    config = genai.GenerationConfig()
    config.max_new_tokens = max_tokens
    config.logprobs = 1
    config.apply_chat_template = False
    return config


def _tensor(tokens: Sequence[int]) -> ov.Tensor:
    return ov.Tensor(np.array([tokens], dtype=np.int64))


def _echoed(pipe: genai.ContinuousBatchingPipeline, tokens: Sequence[int]) -> list[float]:
    """Log-probabilities of `tokens`, and of a new one. The pipeline must have nothing else to do."""
    config = _config(1)
    config.echo, config.ignore_eos = True, True
    handle = pipe.add_request(0, _tensor(tokens), config)
    while handle.get_status() == genai.GenerationStatus.RUNNING:
        pipe.step()
    told: list[float] = handle.read_all()[0].generated_log_probs
    return told


def _of_continuation(logprobs: Sequence[float], before: int, tokens: int) -> list[float]:
    """The tail of: one value a token of prompt and continuation (the first says nothing), then one a new token."""
    if len(logprobs) != before + tokens + 1:
        raise ValueError(f"the engine scored {len(logprobs)} tokens of {before + tokens + 1}")
    return list(logprobs[-tokens - 1 : -1])
