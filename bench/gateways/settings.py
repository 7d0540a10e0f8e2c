"""The files of the bench's gateways: a system with guards, its gateway, and LiteLLM's configuration."""

import subprocess
import sys
from pathlib import Path
from shutil import copyfile

import orjson

from meant.files.policy import BUILTIN
from meant.guard.contract import GUARDS

HERE = Path(__file__).parent
KEY = "sk-bench-0123456789abcdef"
VARIABLE = "MEANT_BENCH_KEY"
THROWS = {"use": "bench_throws", "at": ["input"], "on_error": "block", "mode": "enforce"}


def ours(folder: Path, upstream: str, *, thrower: bool = False) -> Path:
    """The gateway file."""
    guards = _layers(folder)
    if guards:
        copyfile(HERE / "policy.yaml", folder / "policy.yaml")
    layers = [*guards, *([THROWS] if thrower else [])]
    model = {"use": "openai", "model": "echo", "base_url": upstream, "api_key_env": "", "at_once": 1000, "max_tries": 1}
    system = {"name": "echo", "model": model, "guards": {"unresolved": "block", "layers": layers}}
    _write(folder / "echo.yaml", system if layers else {**system, "guards": None})
    gateway = {
        "policy": "policy.yaml" if guards else BUILTIN,
        "systems": {"echo": "echo.yaml"},
        "store": {"path": "store.db", "when_full": "wait"},
        "listen": {"port": 0},
        "tenants": [{"name": "bench", "keys": [{"name": "bench", "env": VARIABLE}]}],
    }
    return _write(folder / "gateway.yaml", gateway)


def _layers(folder: Path) -> list[dict[str, object]]:
    """Rules at both ends, the classifier's first stage (no embeddings) before the model; none that is not there."""
    if not {"rules", "classifier"} <= set(GUARDS.names()):
        return []
    enforced = {"on_error": "block", "mode": "enforce"}
    fitted = folder / "fitted.npz"
    command = [sys.executable, "-m", "meant", "guard", "fit", "--encoder", "none", "-o", str(fitted)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return [
        {"use": "rules", "stretch": 1, **enforced},
        {"use": "classifier", "at": ["input"], "fitted": fitted.name, **enforced},
    ]


def litellm(folder: Path, upstream: str) -> Path:
    """LiteLLM's: the same model, its content filter before and after it, nothing fetched."""
    params = {"model": "openai/echo", "api_base": upstream, "api_key": "none"}
    banned = [{"keyword": word, "action": "BLOCK"} for word in ("gift card code", "pipe bomb", "wire the money today")]
    patterns = [
        {"pattern_type": "prebuilt", "pattern_name": name, "action": "MASK"}
        for name in ("us_ssn", "email", "aws_access_key", "visa", "mastercard")
    ]
    filtering = {
        "guardrail": "litellm_content_filter",
        "mode": ["pre_call", "post_call"],
        "default_on": True,
        "patterns": patterns,
        "blocked_words": banned,
    }
    config = {
        "model_list": [{"model_name": "echo", "litellm_params": params}],
        "guardrails": [{"guardrail_name": "filter", "litellm_params": filtering}],
        "general_settings": {"master_key": KEY},
        "litellm_settings": {"telemetry": False, "num_retries": 0},
    }
    return _write(folder / "litellm.yaml", config)


def behind(folder: Path, upstream: str, guards: str) -> Path:
    """LiteLLM's once more, as docs/gateway.md has it: our gateway at `guards` looks at all that goes through."""
    params = {"model": "openai/echo", "api_base": upstream, "api_key": "none"}
    ours = {
        "guardrail": "generic_guardrail_api",
        "mode": ["pre_call", "post_call"],
        "default_on": True,
        "streaming_transform_mode": "incremental_diff",
        "api_base": guards,
        "api_key": f"os.environ/{VARIABLE}",
        "additional_provider_specific_params": {"system": "desk"},
    }
    config = {
        "model_list": [{"model_name": "echo", "litellm_params": params}],
        "guardrails": [{"guardrail_name": "meant", "litellm_params": ours}],
        "general_settings": {"master_key": KEY},
        "litellm_settings": {"telemetry": False, "num_retries": 0},
    }
    return _write(folder / "litellm.yaml", config)


def _write(path: Path, content: object) -> Path:
    """JSON is YAML."""
    path.write_bytes(orjson.dumps(content))
    return path
