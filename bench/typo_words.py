"""Which English words a typo could turn another one into: the list that the shift `typos` keeps clear of.

Run with word lists, one word a line; common words first, then all there are (Debian's wamerican-small, wbritish-small
and wamerican, wbritish were used):

    python bench/typo_words.py --common FILE... --all FILE... > words.txt

The canary and the file's place are written by hand.
"""

import argparse
import re
import textwrap
from collections.abc import Iterable
from pathlib import Path

from meant.measure.shift.keyboard import drops, slips, swaps

SHORTEST = 5
"""Letters of a word that may have a typo."""


def words_of(files: Iterable[Path]) -> set[str]:
    """Words of small letters alone."""
    lines = (line for file in files for line in file.read_text("utf-8").splitlines())
    return {line for line in lines if re.fullmatch(r"[a-z]+", line)}


def reached(common: Iterable[str], every: set[str]) -> set[str]:
    """Words that one typo makes of a common word."""
    return {
        made
        for word in common
        if len(word) >= SHORTEST
        for made in (*slips(word), *swaps(word), *drops(word))
        if made in every
    }


def main() -> None:
    """Print them, many to a line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--common", nargs="+", type=Path, required=True)
    parser.add_argument("--all", nargs="+", type=Path, required=True)
    given = parser.parse_args()
    found = reached(words_of(given.common), words_of([*given.common, *given.all]))
    print(textwrap.fill(" ".join(sorted(found)), width=118))


if __name__ == "__main__":
    main()
