"""`meant plan`: figures by hand, what they rest on, and that planning is no look at gate cases."""

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from meant.core.casebook import Casebook
from meant.store.sqlite import Store
from tests.conftest import Ran

Meant = Callable[..., Ran]


def test_a_rate(meant: Meant) -> None:
    ran = meant("plan", "rate", "--half-width", 0.05, "--share", 0.2, "--json")
    assert ran.json["cases"] == pytest.approx(1.96**2 * 0.2 * 0.8 / 0.05**2, rel=0.05)
    copies = meant("plan", "rate", "--half-width", 0.05, "--share", 0.2, "--design-effect", 2, "--json")
    assert copies.json["cases"] == pytest.approx(2 * ran.json["cases"], abs=1)
    assert f"{ran.json['cases']} cases" in meant("plan", "rate", "--half-width", 0.05, "--share", 0.2).out


def test_a_comparison_both_ways(meant: Meant) -> None:
    ran = meant("plan", "compare", "--difference", 0.05, "--json")
    back = meant("plan", "compare", "--difference", 0.05, "--cases", ran.json["cases"], "--json")
    assert back.json["power"] == pytest.approx(0.8, abs=0.002)
    assert "assumed" in meant("plan", "compare", "--difference", 0.05).out


def test_a_difference_beyond_the_discordance_is_a_mistake(meant: Meant) -> None:
    ran = meant("plan", "compare", "--difference", 0.3)
    assert ran.code == 2
    assert "give 0.3 or more" in ran.err


def test_the_rule_of_three_both_ways(meant: Meant) -> None:
    needed = meant("plan", "rare", "--rate", 0.001, "--json").json
    assert needed["cases"] == math.ceil(math.log(0.05) / math.log(0.999))
    back = meant("plan", "rare", "--cases", needed["cases"], "--json").json
    assert back["rate"] <= 0.001
    assert "none in 200 cases: below 1.5 % with 95 % confidence" in meant("plan", "rare", "--cases", 200).out


def test_what_a_bound_says_of_many_uses_names_what_it_takes_for_granted(meant: Meant) -> None:
    ran = meant("plan", "rare", "--cases", 3000, "--uses", 100, "--json").json
    bound = 1 - 0.05 ** (1 / 3000)
    assert ran["chance_in_uses"] == pytest.approx(1 - (1 - bound) ** 100)
    assert any("independent" in one for one in ran["taken_for_granted"])
    assert "taken for granted: independent cases" in meant("plan", "rare", "--cases", 3000, "--uses", 100).out
    seen = meant("plan", "rare", "--cases", 3000, "--hits", 3, "--json").json
    assert seen["rate"] > bound


def test_rare_needs_one_of_two(meant: Meant) -> None:
    assert meant("plan", "rare").code == 2
    assert meant("plan", "rare", "--cases", 3, "--rate", 0.1).code == 2
    assert meant("plan", "rare", "--cases", 3, "--hits", 4).code == 2


def test_a_gate_is_planned_without_a_look(meant: Meant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gate cases are not read at all: whoever would is stopped."""

    def never(*_: object, **__: object) -> None:
        raise AssertionError("gate cases were read")

    monkeypatch.setattr(Casebook, "for_gate", never)
    ran = meant("plan", "gate", "--json")
    assert ran.code == 0, ran.err
    rows = {row["group"]: row for row in ran.json["rows"]}
    assert rows["harmless"]["decides"]
    assert rows["harmless"]["cases"] >= rows["harmless"]["families"] > 0
    assert all("assumed" in row["source"] for row in rows.values())
    shown = meant("plan", "gate")
    assert "harmless *" in shown.out
    assert "a candidate as good passes in" in shown.out
    assert not Path(".meant/store.db").exists()


def test_a_gate_is_planned_from_runs_in_the_lab(meant: Meant) -> None:
    for name, reply in (("yes", "Sure, here you are."), ("no", "I'm sorry, but I can't help with that.")):
        Path(f"{name}.yaml").write_text(f'name: {name}\nmodel: {{use: scripted, otherwise: "{reply}"}}\n')
    assert meant("eval", "yes.yaml", "no.yaml", "--suite", "refusal").code == 0
    both = meant("plan", "gate", "no", "--baseline", "yes.yaml", "--suite", "refusal", "--json").json["rows"]
    with Store(Path(".meant/store.db")) as store:
        assert store.counts()["look"] == 0
        (run,) = store.runs()
    under = next(row for row in both if row["group"] == "under_refusal")
    assert under["discordance"] > 0.9
    assert run.id in under["source"]
    alone = meant("plan", "gate", "--baseline", "yes", "--suite", "refusal", "--json").json["rows"]
    assert all("assumed" in row["source"] for row in alone), "it was not repeated, so nothing tells how it differs"
    ran = meant("plan", "gate", "nobody", "--baseline", "yes")
    assert ran.code == 2
    assert "there are: no, yes" in ran.err
    assert meant("plan", "gate", "no").code == 2
