"""A prompt in pieces: nothing is lost, whatever it holds, and parts come out as they should."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meant.choose.prompt.edits import Do, Edit, apply, unified_diff
from meant.choose.prompt.pieces import FRAME, Prompt, as_template, parse, parse_template, tokens
from meant.choose.prompt.units import units, without
from meant.core.policy import Policy
from meant.files.render import as_prompt
from meant.files.system import SLOT

WORDS = st.sampled_from(
    ["Be kind.", "Help!", "# Head\n", "## Sub\n", "- item\n", "1. one\n", "  more\n", "```\n", "code.\n", "\n", " ", "e.g. ",
     "\t", "\r\n", "\u2028", "“Yes.” ", "No?  ", "x" * 3]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=20).map("".join))

PAGE = """\
You are kind. Be brief, e.g. in one line! "Why?" They ask.

# Rules
{{policy}}

## Form
1. One thing
   and its end
2. Another

```
a. B
- c
```
End."""


def texts(prompt: Prompt) -> list[str]:
    return [piece.text for piece in prompt.pieces]


@given(TEXTS)
def test_nothing_is_lost(text: str) -> None:
    assert parse(text).text == text


@given(TEXTS)
def test_a_piece_holds_something_and_its_gap_nothing_but_space(text: str) -> None:
    prompt = parse(text)
    assert all(piece.text.strip() and not piece.gap.strip() for piece in prompt.pieces)
    assert not prompt.lead.strip()
    assert bool(prompt.pieces) == bool(text.strip())


@given(TEXTS, st.data())
def test_without_loses_that_and_no_more(text: str, data: st.DataObject) -> None:
    prompt = parse(text)
    if not prompt.pieces:
        return
    at = data.draw(st.integers(0, len(prompt.pieces) - 1))
    left = without(prompt, at, at + 1)
    assert texts(left) == [t for i, t in enumerate(texts(prompt)) if i != at]
    assert left == apply(prompt, [Edit("drop", at)]) or at == 0 or at == len(prompt.pieces) - 1


@given(TEXTS, st.data())
def test_edits_keep_what_they_do_not_speak_of(text: str, data: st.DataObject) -> None:
    prompt = parse(text)
    do: st.SearchStrategy[Do] = st.sampled_from(["drop", "replace", "first", "last"])
    at = st.sets(st.integers(0, len(prompt.pieces) - 1)) if prompt.pieces else st.just(set[int]())
    edits = [Edit(data.draw(do), i, "New.") for i in data.draw(at)] + [Edit("insert", -1, "Added.")]
    made = apply(prompt, data.draw(st.permutations(edits)))
    touched = {edit.at for edit in edits if edit.do in ("drop", "replace")}
    kept = [t for i, t in enumerate(texts(prompt)) if i not in touched]
    new = ["New." for edit in edits if edit.do == "replace"]
    assert sorted(texts(made)) == sorted([*kept, *new, "Added."])
    assert made == apply(prompt, edits)


def test_a_page_in_pieces(policy: Policy) -> None:
    prompt = parse_template(PAGE, policy)
    assert prompt.text == PAGE.replace(SLOT, as_prompt(policy))
    assert as_template(prompt.text, policy) == PAGE
    own = [(p.kind, p.text) for p in prompt.pieces if p.rule is None]
    assert own == [
        ("sentence", "You are kind."),
        ("sentence", "Be brief, e.g. in one line!"),
        ("sentence", '"Why?"'),
        ("sentence", "They ask."),
        ("heading", "# Rules"),
        ("heading", "## Form"),
        ("item", "1. One thing\n   and its end"),
        ("item", "2. Another"),
        ("code", "```\na. B\n- c\n```"),
        ("sentence", "End."),
    ]


def test_rules_go_by_principle_and_red_line(policy: Policy) -> None:
    rules = [p.rule for p in parse_template(PAGE, policy).pieces if p.rule]
    assert rules[0] == FRAME
    assert set(rules[1:]) == {p.id for p in policy.principles} | {line.id for line in policy.red_lines}
    assert not any(p.rule for p in parse(as_prompt(policy)).pieces)


def test_a_changed_rule_is_written_out(policy: Policy) -> None:
    prompt = parse_template(PAGE, policy)
    at = next(i for i, p in enumerate(prompt.pieces) if p.rule == policy.principles[0].id)
    assert SLOT not in as_template(without(prompt, at, at + 1).text, policy)


def test_parts_by_section_and_by_paragraph(policy: Policy) -> None:
    prompt = parse_template(PAGE, policy)
    assert [u.text.partition("\n")[0] for u in units(prompt, "section")] == [
        'You are kind. Be brief, e.g. in one line! "Why?" They ask.',
        "# Rules",
        "## Form",
    ]
    paragraphs = [u.text for u in units(prompt, "paragraph")]
    assert paragraphs[0].startswith("You are kind.")
    assert "1. One thing\n   and its end\n2. Another" in paragraphs
    assert not any(text.startswith("#") for text in paragraphs)
    assert "".join(units(parse("a b"), "section")[0].text) == "a b"


def test_sections_nest() -> None:
    found = units(parse("# A\na\n## B\nb\n# C\nc\n"), "section")
    assert [u.text for u in found] == ["# A\na\n## B\nb", "## B\nb", "# C\nc"]


@pytest.mark.parametrize(
    ("edits", "text"),
    [
        ([Edit("drop", 1)], "One.\n\n- a\n- b\n- c\n"),
        ([Edit("drop", 0)], "Two.\n\n- a\n- b\n- c\n"),
        ([Edit("drop", 4)], "One. Two.\n\n- a\n- b\n"),
        ([Edit("replace", 1, "2.")], "One. 2.\n\n- a\n- b\n- c\n"),
        ([Edit("first", 4)], "One. Two.\n\n- c\n- a\n- b\n"),
        ([Edit("first", 4), Edit("drop", 2)], "One. Two.\n\n- c\n- b\n"),
        ([Edit("last", 0)], "Two.\n\n- a\n- b\n- c\n\nOne.\n"),
        ([Edit("insert", -1, "End.")], "One. Two.\n\n- a\n- b\n- c\n\nEnd.\n"),
        ([Edit("drop", i) for i in range(5)], ""),
    ],
)
def test_edits_leave_a_clean_page(edits: list[Edit], text: str) -> None:
    assert apply(parse("One. Two.\n\n- a\n- b\n- c\n"), edits).text == text


@pytest.mark.parametrize(
    "edits", [[Edit("drop", 5)], [Edit("drop", -1)], [Edit("insert", 1, "x")], [Edit("drop", 0), Edit("first", 0)]]
)
def test_edits_that_cannot_be_made(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match=r"piece"):
        apply(parse("One. Two."), edits)


def test_a_diff_can_be_read() -> None:
    said = unified_diff("a\nb\n", "a\nc", name="prompt")
    assert said.splitlines()[:2] == ["--- prompt (old)", "+++ prompt (new)"]
    assert "-b\n+c\n\\ No newline" in said
    assert unified_diff("a", "a", name="p") == ""


def test_tokens_grow_with_the_text() -> None:
    assert tokens("") == 0
    assert tokens("Be kind.") == 3
    assert tokens("internationalisation") == 4
