"""IFEval's instructions as checks, after Zhou et al. 2023 (arXiv:2311.07911, table 4) and its reference code.

Its rule: an instruction stands here only if our checks say the same. Patterns read what the reference's patterns
read; where the reference calls a tokenizer or a language detector, our own counting stands in (words, sentences,
English), and the format's card says so. Not here, because nothing expresses it: language:response_language.
"""

from collections.abc import Callable, Mapping
from typing import Any

import re2

Given = Mapping[str, Any]
Checks = list[dict[str, Any]]


class Argument(Exception):
    """An instruction's argument that cannot be used."""

    def __init__(self, name: str, value: Any, problem: str) -> None:
        super().__init__(problem)
        self.name, self.value, self.problem = name, value, problem


def _int(given: Given, name: str) -> int:
    found = given.get(name)
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    if not isinstance(found, int) or isinstance(found, bool) or found < 0:
        raise Argument(name, found, "not a count")
    return found


def _text(given: Given, name: str) -> str:
    found = given.get(name)
    if not isinstance(found, str) or not found.strip():
        raise Argument(name, found, "not a text")
    return found


def _texts(given: Given, name: str) -> list[str]:
    found = given.get(name)
    if not isinstance(found, list | tuple) or not found or not all(isinstance(t, str) and t for t in found):
        raise Argument(name, found, "not a list of texts")
    return list(found)


def _bounds(given: Given, relation: str, count: str) -> dict[str, int]:
    """The reference knows "at least" and "less than"."""
    said, number = given.get(relation), _int(given, count)
    if said == "at least":
        return {"min": number}
    if said == "less than" and number > 0:
        return {"max": number - 1}
    raise Argument(relation, said, "neither 'at least' nor 'less than'")


def _matches(regex: str) -> dict[str, Any]:
    return {"use": "matches", "regex": regex}


def _occurs(regex: str, **bounds: int) -> dict[str, Any]:
    return {"use": "occurrences", "regex": regex, **bounds}


def _any_case(text: str) -> str:
    return f"(?i){re2.escape(text)}"


def _exactly(count: int) -> dict[str, int]:
    return {"min": count, "max": count}


def _existence(given: Given) -> Checks:
    """Also inside longer words, as in the reference."""
    return [_matches(_any_case(word)) for word in _texts(given, "keywords")]


def _frequency(given: Given) -> Checks:
    return [_occurs(_any_case(_text(given, "keyword").strip()), **_bounds(given, "relation", "frequency"))]


def _forbidden(given: Given) -> Checks:
    return [{"use": "excludes", "any": _texts(given, "forbidden_words")}]


def _letter_frequency(given: Given) -> Checks:
    return [_occurs(_any_case(_text(given, "letter").strip()), **_bounds(given, "let_relation", "let_frequency"))]


def _words(given: Given) -> Checks:
    return [{"use": "words", **_bounds(given, "relation", "num_words")}]


def _sentences(given: Given) -> Checks:
    return [{"use": "sentences", **_bounds(given, "relation", "num_sentences")}]


def _paragraphs(given: Given) -> Checks:
    return [{"use": "parts", "divider": "***", **_exactly(_int(given, "num_paragraphs"))}]


_PARAGRAPH = r"(?:[^\n]*\S[^\n]*\n)*?[^\n]*\S[^\n]*\n[^\S\n]*\n\s*"


def _first_word(given: Given) -> Checks:
    """So many paragraphs with blank lines between them, and the nth begins with the word."""
    before, word = _int(given, "nth_paragraph") - 1, re2.escape(_text(given, "first_word"))
    begins = rf"""(?i)\A\s*(?:{_PARAGRAPH}){{{before}}}["']*{word}(?:[\s.,?!"']|\z)"""
    return [{"use": "parts", **_exactly(_int(given, "num_paragraphs"))}, _matches(begins)]


def _postscript(given: Given) -> Checks:
    marker = _text(given, "postscript_marker").strip()
    known = {"P.S.": r"p\.\s?s\.", "P.P.S": r"p\.\s?p\.\s?s"}
    return [_matches(f"(?i){known.get(marker, re2.escape(marker))}")]


def _placeholders(given: Given) -> Checks:
    return [_occurs(r"\[.*?\]", min=_int(given, "num_placeholders"))]


def _bullets(given: Given) -> Checks:
    """Markdown bullets only, nested ones too."""
    return [_occurs(r"(?m)^[^\S\n]*(?:\*[^*\n]|-)", **_exactly(_int(given, "num_bullets")))]


def _highlights(given: Given) -> Checks:
    inside = r"[^\n*]*[^\s*][^\n*]*"
    return [_occurs(rf"\*\*{inside}\*\*|\*{inside}\*", min=_int(given, "num_highlights"))]


def _sections(given: Given) -> Checks:
    marker = re2.escape(_text(given, "section_spliter").strip())
    return [_occurs(rf"{marker}\s?\d+", min=_int(given, "num_sections"))]


def _capital_words(given: Given) -> Checks:
    bounds = _bounds(given, "capital_relation", "capital_frequency")
    return [_occurs(r"\b[A-Z0-9'-]*[A-Z][A-Z0-9'-]*\b", **bounds)]


def _repeat(given: Given) -> Checks:
    return [_matches(rf"(?i)\A\s*{re2.escape(_text(given, 'prompt_to_repeat').strip())}")]


def _end(given: Given) -> Checks:
    return [_matches(rf"""(?i){re2.escape(_text(given, "end_phrase").strip())}["\s]*\z""")]


def _always(*checks: dict[str, Any]) -> Callable[[Given], Checks]:
    """An instruction without arguments."""
    return lambda _: list(checks)


_ENGLISH = {"use": "english"}

EXPRESSIBLE: dict[str, Callable[[Given], Checks]] = {
    "keywords:existence": _existence,
    "keywords:frequency": _frequency,
    "keywords:forbidden_words": _forbidden,
    "keywords:letter_frequency": _letter_frequency,
    "length_constraints:number_words": _words,
    "length_constraints:number_sentences": _sentences,
    "length_constraints:number_paragraphs": _paragraphs,
    "length_constraints:nth_paragraph_first_word": _first_word,
    "detectable_content:postscript": _postscript,
    "detectable_content:number_placeholders": _placeholders,
    "detectable_format:number_bullet_lists": _bullets,
    "detectable_format:number_highlighted_sections": _highlights,
    "detectable_format:multiple_sections": _sections,
    "detectable_format:title": _always(_matches(r"<<[^\n]*[^\s<>][^\n]*>>")),
    "detectable_format:constrained_response": _always(_matches(r"My answer is (?:yes|no|maybe)\.")),
    "detectable_format:json_format": _always(
        {"use": "json", "kind": "any"}, _matches(r"(?s)\A\s*(?:```(?i:json)?\s*)?[\[{].*[\]}]\s*(?:```)?\s*\z")
    ),
    "combination:two_responses": _always({"use": "parts", "divider": "******", **_exactly(2), "distinct": True}),
    "combination:repeat_prompt": _repeat,
    "startend:end_checker": _end,
    "startend:quotation": _always(_matches(r'(?s)\A\s*".*"\s*\z')),
    "change_case:capital_word_frequency": _capital_words,
    "change_case:english_capital": _always({"use": "letters", "case": "upper"}, _ENGLISH),
    "change_case:english_lowercase": _always({"use": "letters", "case": "lower"}, _ENGLISH),
    "punctuation:no_comma": _always(_occurs(",", max=0)),
}
"""From an instruction's id to its checks; each raises Argument."""
