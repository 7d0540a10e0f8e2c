"""Fits the adapter `requests`: an encoder's upper layers, so that texts lie apart by whether they ask for harm.

It is fitted on the project's own requests (`guard/learning/prior.py`), with a fresh draw of frames each epoch, as a
logistic regression on the embedding; only the factors of the adapter (LoRA: Hu and others 2021) and the regression are
fitted, and only the factors are written. No data set of others has a part in it.

    python -m bench.fit_adapter --check FOLDER    # fitted without one writer's requests, read on these; AUC
    python -m bench.fit_adapter --write FOLDER    # src/meant/data/guard/requests.safetensors, from all of them

FOLDER holds the encoder's config.json, model.safetensors and tokenizer.json. Needs torch and safetensors, which the
package does not; takes some minutes on two cores.
"""

import argparse
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import torch
from safetensors.numpy import save_file
from sklearn.metrics import roc_auc_score
from torch.nn import functional

from bench.adapting.network import Network
from meant.guard.embedding.adapter import DOWN, FITTED_TO, UP
from meant.guard.embedding.bert import WEIGHTS
from meant.guard.learning.examples import Example
from meant.guard.learning.folds import balanced
from meant.guard.learning.logistic import fit_plane
from meant.guard.learning.prior import VERSION, prior
from meant.guard.learning.table import VECTOR_STRENGTH
from meant.systems.models.cache import sha256

TARGET: Final = Path(__file__).parents[1] / "src/meant/data/guard/requests.safetensors"
BELOW: Final = 3
"""Layers that stay as they are."""
RANK: Final = 8
EPOCHS: Final = 4
BATCH: Final = 64
"""Texts a step."""
SORTED: Final = 16
"""Batches whose texts are sorted by length together, so that little is padding."""
RATE: Final = 1e-3
HEAD_RATE: Final = 3e-2
"""Of learning, at its highest: it rises over a tenth of the steps and falls to nothing."""
SCALE: Final = 10.0
"""Of embeddings, which have length 1, for the regression."""
THIRD: Final = ("long", "injections", "everyday_more", "look_alikes", "asked_for")


class Epoch(NamedTuple):
    """What is learned from in one pass."""

    examples: Sequence[Example]
    weights: Any


def writer(example: Example) -> int:
    """Which of the three wrote it, as `data/guard/card.yaml` tells them apart."""
    kind = example.group.partition("/")[2]
    return 3 if kind in THIRD else 2 if kind.startswith("more_") else 1


def epochs(*, but: int | None = None) -> list[Epoch]:
    """A draw each, without one writer's requests."""
    gone = {example.text for example in prior() if writer(example) == but}
    draws = [
        [example for example in prior(seed=seed) if writer(example) != but and example.text not in gone]
        for seed in range(EPOCHS)
    ]
    return [Epoch(draw, torch.tensor(balanced(draw), dtype=torch.float)) for draw in draws]


def fit(network: Network, passes: Sequence[Epoch], states: dict[str, Any]) -> tuple[Network, Any]:
    """The network with fitted factors, and the regression's weights."""
    torch.manual_seed(0)
    chance = random.Random(0)
    made = network.with_factors(range(BELOW, network.shape.layers), rank=RANK)
    factors = [one for pair in made.factors.values() for one in pair]
    plane, rest = torch.zeros(network.shape.width, requires_grad=True), torch.zeros(1, requires_grad=True)
    optimiser = torch.optim.AdamW(
        [{"params": factors, "weight_decay": 0.01}, {"params": [plane, rest], "weight_decay": 1e-3}]
    )
    plan = [(epoch, batch) for epoch in passes for batch in _shuffled(epoch, states, chance)]
    for step, (epoch, batch) in enumerate(plan):
        done = step / len(plan)
        for group, rate in zip(optimiser.param_groups, (RATE, HEAD_RATE), strict=True):
            group["lr"] = rate * min(1.0, done * 10) * (1 - done)
        examples = [epoch.examples[at] for at in batch]
        with torch.autocast("cpu", torch.bfloat16):
            vectors = made.pooled([states[example.text] for example in examples], below=BELOW)
        side = torch.tensor([float(example.harmful) for example in examples])
        margins = vectors @ plane * SCALE + rest
        losses = functional.binary_cross_entropy_with_logits(margins, side, reduction="none")
        optimiser.zero_grad()
        (losses * epoch.weights[batch]).mean().backward()
        torch.nn.utils.clip_grad_norm_(factors, 1.0)
        optimiser.step()
        if step % 100 == 0:
            print(f"step {step} of {len(plan)}: loss {float(losses.mean().detach()):.3f}", flush=True)
    return made, plane.detach()


def _shuffled(epoch: Epoch, states: dict[str, Any], chance: random.Random) -> list[list[int]]:
    """Batches in any order, each of texts of like length."""
    order = list(range(len(epoch.examples)))
    chance.shuffle(order)
    found = []
    for start in range(0, len(order), BATCH * SORTED):
        part = sorted(order[start : start + BATCH * SORTED], key=lambda at: len(states[epoch.examples[at].text]))
        found += [part[at : at + BATCH] for at in range(0, len(part), BATCH)]
    chance.shuffle(found)
    return found


def states_of(network: Network, passes: Sequence[Epoch]) -> dict[str, Any]:
    """What comes out of the layers that stay, by text."""
    texts = list(dict.fromkeys(example.text for epoch in passes for example in epoch.examples))
    print(f"reading {len(texts)} texts", flush=True)
    return dict(zip(texts, network.lower(texts, layers=BELOW), strict=True))


def check(network: Network) -> None:
    """On requests of a writer that the fit did not see: AUC of a plane in the adapter's view, and in the plain one."""
    everything = epochs()
    states = states_of(network, everything)
    for out in (2, 3):
        passes = epochs(but=out)
        unseen = [example for example in everything[0].examples if writer(example) == out]
        sides = [example.harmful for example in unseen]
        made, plane = fit(network, passes, states)
        examples, weights = passes[0]
        own = _embedded(network, states, examples).numpy()
        plain = fit_plane(own, [example.harmful for example in examples], weights.numpy(), strength=VECTOR_STRENGTH)
        found = {
            "adapted": _embedded(made, states, unseen) @ plane,
            "plain": _embedded(network, states, unseen) @ torch.from_numpy(plain.weights),
        }
        areas = {view: round(float(roc_auc_score(sides, margins)), 3) for view, margins in found.items()}
        print(f"writer {out}, {len(unseen)} requests: AUC {areas}", flush=True)


def _embedded(network: Network, states: dict[str, Any], examples: Sequence[Example]) -> Any:
    return network.embed([states[example.text] for example in examples], below=BELOW)


def write(network: Network, folder: Path) -> None:
    """From all of them, in 16 bits."""
    passes = epochs()
    made, _ = fit(network, passes, states_of(network, passes))
    tensors = {}
    for name, (down, up) in made.factors.items():
        tensors[f"{name}{DOWN}"], tensors[f"{name}{UP}"] = (one.detach().half().numpy() for one in (down, up))
    about = {FITTED_TO: sha256(folder / WEIGHTS), "fitted_on": VERSION, "rank": str(RANK)}
    save_file(tensors, TARGET, metadata=about)
    print(f"{TARGET}: {TARGET.stat().st_size} bytes")


def main() -> None:
    """Check or write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--check", action="store_true")
    what.add_argument("--write", action="store_true")
    given = parser.parse_args()
    network = Network.of(given.folder)
    if given.check:
        check(network)
    else:
        write(network, given.folder)


if __name__ == "__main__":
    main()
