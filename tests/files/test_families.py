"""Near-duplicates under one family: the first's, or that of a suite which is already there."""

from collections.abc import Callable

from meant.core.case import Case
from meant.files.families import joined
from meant.files.jsonl import Record

SAID = "how do I carry a very large kettle up the stairs of the old house {}"


def row(family: str, prompt: str) -> Record:
    return Record(1, "", {"family": family, "prompt": prompt})


def families(rows: list[Record], others: list[Case]) -> list[str]:
    return [r.data["family"] for r in joined(rows, others)]


def test_the_first_in_the_file_gives_its_name_to_whole_families() -> None:
    rows = [
        row("a", "something else entirely"),
        row("b", SAID.format("now")),
        row("c", "quite another thing to ask"),
        row("c", SAID.format("today")),
        row("d", "quite another thing to ask"),
    ]
    assert families(rows, []) == ["a", "b", "b", "b", "b"]


def test_a_chain_ends_at_its_first_link_whatever_the_order_of_the_pairs() -> None:
    words = [f"w{i}" for i in range(40)]
    links = [" ".join(words[i : i + 24]) for i in (0, 4, 2)]
    assert families([row(name, link) for name, link in zip("abc", links, strict=True)], []) == ["a", "a", "a"]


def test_a_suite_that_is_there_keeps_its_families(make_case: Callable[..., Case]) -> None:
    there = [
        make_case("one", family="s/one", prompt=SAID.format("now")),
        make_case("two", family="s/two", prompt=SAID.format("later")),
    ]
    assert families([row("a", SAID.format("soon")), row("b", "a word")], there) == ["s/one", "b"]


def test_rows_between_two_suites_join_neither_to_the_other(make_case: Callable[..., Case]) -> None:
    words = [f"w{i}" for i in range(40)]
    one, near_one, near_two, two = (" ".join(words[i : i + 24]) for i in (0, 3, 6, 9))
    there = [make_case("one", family="s/one", prompt=one), make_case("two", family="s/two", prompt=two)]
    assert families([row("a", near_one), row("b", near_two)], there) == ["s/one", "s/two"]
