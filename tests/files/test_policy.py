"""Policy files: every kind of fault gives file, line, column and remedy, and all of them come at once."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from meant.core.errors import Fault, FileFaults
from meant.core.policy import Policy
from meant.files.policy import builtin_policies, load_policy
from meant.files.render import as_markdown, as_prompt, as_rubric

GOOD = """\
name: bakery
version: "1"
owner: o@example.com
purpose: Sells bread.
dimensions:
  - {name: harmless, weight: 1, means: No harm.}
principles:
  - id: no-harm
    says: Do no harm.
    short: Do no harm.
    dimension: harmless
    severity: high
    do: [{prompt: a, reply: b}]
    dont: [{prompt: c, reply: d, instead: e}]
tools:
  - tool: oven
    rule: ask
    principle: no-harm
    because: hot
    when: [{argument: heat, greater_than: 200}]
"""


def faults_of(folder: Path, text: str) -> tuple[Fault, ...]:
    path = folder / "policy.yaml"
    path.write_text(text)
    with pytest.raises(FileFaults) as caught:
        load_policy(path)
    return caught.value.faults


def test_a_good_policy_loads(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(GOOD)
    policy = load_policy(path)
    assert policy.principle("no-harm").severity == "high"
    with pytest.raises(KeyError, match="there are: no-harm"):
        policy.principle("nope")


@pytest.mark.parametrize(
    ("old", "new", "place", "problem", "remedy"),
    [
        ("owner: o@example.com", "ownr: o@example.com", (3, 1), "unknown field", "did you mean 'owner'?"),
        ("owner: o@example.com\n", "", (1, 1), "is missing", "add `owner:`"),
        ('version: "1"', "version: 1.10", (2, 1), "a number where a text is meant", 'version: "1.1"'),
        ("severity: high", "severity: hgih", (12, 5), "not a valid choice", "did you mean 'high'?"),
        ("name: harmless", "name: capability", (6, 6), "measured beside every policy", "call the dimension something else"),
        ("weight: 1", "weight: -1", (6, 22), "greater than or equal to 0", "correct `weight`"),
        ("dimension: harmless", "dimension: harmles", (11, 5), "no such dimension", "did you mean 'harmless'?"),
        ("    do: [{prompt: a, reply: b}]\n", "", (8, 5), "one-sided: it has `dont` and no `do`", "under `do:`"),
        ("    dont: [{prompt: c, reply: d, instead: e}]\n", "    dont: []\n", (8, 5), "one-sided", "under `dont:`"),
        ("instead: e", "insted: e", (14, 34), "unknown field", "did you mean 'instead'?"),
        ("id: no-harm", "id: No Harm", (8, 5), "not a valid name", "lower-case"),
        ("principle: no-harm", "principle: no-ham", (18, 5), "no such principle", "did you mean 'no-harm'?"),
        ("greater_than: 200", "matches: '(?<=x)y'", (20, 29), "not a valid RE2 pattern", "correct the pattern"),
        (", greater_than: 200", "", (20, 12), "0 operators", "give exactly one of equals"),
        ("heat, greater", "heat, equals: 1, greater", (20, 12), "2 operators", "give exactly one of"),
        ("rule: ask", "rule: aks", (17, 5), "not a valid choice", "choose one of: allow, deny, ask"),
        ("purpose: Sells bread.", "purpose: [", (6, 3), "not valid YAML", "correct the syntax"),
    ],
)  # fmt: skip
def test_each_fault_says_where_and_what_to_do(
    tmp_path: Path, old: str, new: str, place: tuple[int, int], problem: str, remedy: str
) -> None:
    assert old in GOOD
    found = faults_of(tmp_path, GOOD.replace(old, new, 1))
    hit = [f for f in found if problem in f.problem]
    assert hit, [str(f) for f in found]
    assert remedy in hit[0].remedy
    assert (hit[0].line, hit[0].column) == place
    assert str(hit[0]).startswith(f"{tmp_path / 'policy.yaml'}:{place[0]}:{place[1]}: ")


def test_all_faults_come_at_once_in_file_order(tmp_path: Path) -> None:
    text = GOOD.replace("severity: high", "severity: hgih").replace("owner", "ownr").replace("rule: ask", "rule: aks")
    found = faults_of(tmp_path, text.replace("dimension: harmless", "dimension: x"))
    assert [f.line for f in found] == sorted(f.line for f in found)
    assert {f.where for f in found} >= {"ownr", "owner", "principles[0].severity", "tools[0].rule"}
    assert any("no such dimension" in f.problem for f in found)


def test_precedence_must_be_an_order(tmp_path: Path) -> None:
    two = GOOD.replace("tools:", """\
  - {id: b, says: x, short: x, dimension: harmless, severity: low,
     do: [{prompt: a, reply: b}], dont: [{prompt: c, reply: d, instead: e}]}
precedence:
  - {over: no-harm, under: b, because: x}
  - {over: b, under: no-harm, because: x}
tools:""")  # fmt: skip
    (fault,) = faults_of(tmp_path, two)
    assert "a circle" in fault.problem
    assert fault.where == "precedence[1]"


def test_an_id_may_not_be_used_twice(tmp_path: Path) -> None:
    principle = GOOD.split("principles:\n")[1].split("tools:", maxsplit=1)[0]
    (fault,) = faults_of(tmp_path, GOOD.replace("tools:", principle + "tools:"))
    assert (fault.problem, fault.where) == ("this id is used twice", "principles[1].id")


@pytest.mark.parametrize(
    ("content", "problem"),
    [(None, "does not exist"), (b"- a\n", "holds no mapping"), (b"", "holds no mapping"), (b"\xff\xfe", "not UTF-8")],
)
def test_files_that_are_no_policy(tmp_path: Path, content: bytes | None, problem: str) -> None:
    path = tmp_path / "p.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FileFaults, match=problem):
        load_policy(path)


@given(st.text(max_size=200))
def test_no_text_makes_the_reader_crash(text: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "p.yaml"
        path.write_text(text, encoding="utf-8", errors="replace")
        with pytest.raises(FileFaults):
            load_policy(path)


def test_equal_content_has_an_equal_id_whatever_the_layout(tmp_path: Path) -> None:
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text(GOOD)
    second.write_text("# a comment\n" + GOOD.replace("says: Do no harm.", 'says: "Do no harm."'))
    assert load_policy(first).id == load_policy(second).id
    second.write_text(GOOD.replace("Do no harm.", "Do no wrong."))
    assert load_policy(first).id != load_policy(second).id


@pytest.mark.parametrize("name", builtin_policies())
def test_builtin_policies_hold_what_they_promise(name: str) -> None:
    policy = load_policy(name)
    assert len(policy.principles) >= 12
    assert {p.dimension for p in policy.principles} == {"helpful", "honest", "harmless"}
    assert {rule.rule for rule in policy.tools} in ({"allow", "deny", "ask"}, set())
    assert policy.precedence
    assert policy.red_lines


def test_every_rendering_says_every_principle(policy: Policy) -> None:
    for principle in policy.principles:
        assert principle.short in as_prompt(policy)
        assert principle.id in as_rubric(policy)
        assert principle.says.strip() in as_markdown(policy)
    prompt = as_prompt(policy)
    critical = [p.short for p in policy.principles if p.severity == "critical"]
    low = [p.short for p in policy.principles if p.severity in ("low", "medium")]
    assert max(prompt.index(s) for s in critical) < min(prompt.index(s) for s in low)


def test_a_policy_survives_a_round_trip_through_json(policy: Policy) -> None:
    assert Policy.model_validate_json(policy.model_dump_json()).id == policy.id
    assert YAML(typ="safe").load(policy.model_dump_json())["name"] == policy.name


def test_a_list_whose_only_entry_is_wrong_is_not_called_empty(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(GOOD.replace("weight: 1", "weight: heavy"))
    with pytest.raises(FileFaults) as raised:
        load_policy(path)
    assert [one.where for one in raised.value.faults] == ["dimensions[0].weight"]
