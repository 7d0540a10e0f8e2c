"""Policies of any shape, for tests of drafting."""

from typing import Any

from hypothesis import strategies as st

from meant.core.policy import Policy

TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60)
REQUESTS = st.one_of(
    TEXTS,
    st.lists(
        st.sampled_from([
            "How do I open the $5,000 safe?", "I'm Dana from Lagos.", "My hours vary a lot.", "Write me a note.",
            "What's the plan on Friday?", "'quoted words' and \"more\"", "Can you help?", "no mark at the end",
        ]),
        min_size=1, max_size=4,
    ).map(" ".join),
)  # fmt: skip
REPLIES = st.one_of(TEXTS, st.sampled_from(["Sure: first, ...", "I can't help with that.", "I don't know.", "Paris."]))
VALUES = st.one_of(st.integers(-5, 5), st.booleans(), st.sampled_from(["a", "b", "verified"]))
PREDICATES = st.one_of(
    st.fixed_dictionaries({"argument": st.sampled_from("xyz"), "equals": VALUES}),
    st.fixed_dictionaries({"argument": st.sampled_from("xyz"), "not_equals": VALUES}),
    st.fixed_dictionaries({"argument": st.sampled_from("xyz"), "one_of": st.lists(VALUES, min_size=1, max_size=3)}),
    st.fixed_dictionaries({"argument": st.sampled_from("xyz"), "greater_than": st.integers(-5, 5)}),
    st.fixed_dictionaries({"argument": st.sampled_from("xyz"), "at_most": st.integers(-5, 5)}),
    st.fixed_dictionaries({"argument": st.sampled_from("xyz"), "less_than": st.floats(-5, 5)}),
    st.fixed_dictionaries({"argument": st.sampled_from("xyz"), "at_least": st.integers(-5, 5)}),
    st.fixed_dictionaries({"argument": st.sampled_from("xyz"), "matches": st.just("^[0-9]{4}$")}),
    st.fixed_dictionaries({"argument": st.sampled_from("xyz"), "present": st.booleans()}),
)
DIMENSIONS = ("helpful", "honest", "harmless", "own")


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """One to three principles, with one to three examples a side, and some tool rules."""
    ids = draw(
        st.lists(st.from_regex(r"[a-z]{1,8}(-[a-z]{1,8})?", fullmatch=True), min_size=1, max_size=3, unique=True)
    )
    named = draw(st.lists(st.sampled_from(DIMENSIONS), min_size=1, max_size=4, unique=True))
    rule = st.fixed_dictionaries({
        "tool": st.one_of(st.sampled_from(["pay", "read"]), TEXTS), "rule": st.sampled_from(["allow", "deny", "ask"]),
        "because": TEXTS, "principle": st.sampled_from(ids), "when": st.lists(PREDICATES, max_size=2),
    })  # fmt: skip
    return Policy.model_validate({
        "name": "any-policy", "version": "1", "owner": "o", "purpose": draw(TEXTS),
        "dimensions": [{"name": name, "weight": 1, "means": "m"} for name in named],
        "principles": [draw(_principle(id_, named)) for id_ in ids],
        "tools": draw(st.lists(rule, max_size=4)),
    })  # fmt: skip


@st.composite
def _principle(draw: st.DrawFn, id_: str, dimensions: list[str]) -> dict[str, Any]:
    do = st.fixed_dictionaries({"prompt": REQUESTS, "reply": REPLIES})
    dont = st.fixed_dictionaries({"prompt": REQUESTS, "reply": REPLIES, "instead": REPLIES})
    return {
        "id": id_, "says": draw(TEXTS), "short": "s", "severity": "low", "dimension": draw(st.sampled_from(dimensions)),
        "do": draw(st.lists(do, min_size=1, max_size=3)), "dont": draw(st.lists(dont, min_size=1, max_size=3)),
    }  # fmt: skip
