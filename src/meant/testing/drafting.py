"""What a drafting operator must keep."""

from pathlib import Path
from typing import Any

from meant.core.errors import Fault
from meant.core.policy import Policy
from meant.files.drafts import as_case
from meant.files.jsonl import Record
from meant.files.policy import load_policy
from meant.measure.drafting.bases import bases_of
from meant.measure.drafting.contract import Operator
from meant.measure.drafting.derive import case_line
from meant.measure.judging import default_judges
from meant.testing.asking import must


async def check_operator(operator: Operator, *, policy: Policy | None = None) -> None:
    """A drafting operator's contract, on each example and tool rule of a policy (by default the built-in one).

    It says why the expectation holds, makes the same variants for one seed, at least one in all, and each is a case
    that ends with the user and differs from the others of its basis.
    """
    meant = policy or load_policy()
    bases = await bases_of(meant, [p.id for p in meant.principles], default_judges())
    must(bool(operator.keeps.strip()), "`keeps` does not say why the expectation holds")
    made = [(basis, list(operator.derive(basis, seed=0))) for basis in bases]
    must(any(variants for _, variants in made), "it makes no variant of anything in the policy")
    for basis, variants in made:
        must(variants == list(operator.derive(basis, seed=0)), f"two derivations of {basis.about} differ")
        must(len({v.turns for v in variants}) == len(variants), f"two variants of {basis.about} say the same")
        for number, variant in enumerate(variants, start=1):
            must(bool(variant.how.strip()), f"a variant of {basis.about} does not say what was changed")
            _check_line(case_line(meant, basis, variant, "theirs", number), basis.about)


def _check_line(line: dict[str, Any], about: str) -> None:
    faults: list[Fault] = []
    placed = as_case(line, file=Path("drafts.jsonl"), record=Record(0, "", {}), faults=faults)
    must(placed is not None, f"a variant of {about} is no case: {[str(f) for f in faults]}")
    assert placed is not None
    must(bool(placed.case.prompt.strip()), f"a variant of {about} asks nothing")
    must(placed.case.split == "train", f"a variant of {about} is not in train")
