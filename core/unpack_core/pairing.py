"""Which paragraph of a source became which, where words were changed: pure, over texts.

Paragraphs that share rare words are compared, and neighbours in place; the likest pair is taken first.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

CHANGED_FROM = 60.0
"""The least likeness, of 100, at which a paragraph counts as changed and not as another."""
_COMMON = 50
"""A word of more paragraphs than these tells nothing."""
_LOOKED_AT = 8
"""Paragraphs that each is compared with, of those that share most words."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Placed:
    """A text and where it stands in its document."""

    text: str
    position: int


def pairs(old: Sequence[Placed], new: Sequence[Placed]) -> dict[int, int]:
    """For each of the new, by its index, the index of the old one that it was made from, where there is one."""
    order = sorted(range(len(old)), key=lambda at: old[at].position)
    places = [old[at].position for at in order]
    words: defaultdict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(old):
        for word in _words(one.text):
            words[word].append(at)
    found = []
    for at, one in enumerate(new):
        shared = Counter(
            other for word in _words(one.text) if len(with_it := words.get(word, ())) <= _COMMON for other in with_it
        )
        near = bisect_left(places, one.position)
        candidates = {other for other, _ in shared.most_common(_LOOKED_AT)} | set(order[max(0, near - 1) : near + 2])
        for other in candidates:
            likeness = fuzz.ratio(old[other].text, one.text, score_cutoff=CHANGED_FROM)
            if likeness:
                found.append((-likeness, abs(old[other].position - one.position), at, other))
    paired: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, at, other in sorted(found):
        if at not in paired and other not in taken:
            paired[at] = other
            taken.add(other)
    return paired


def _words(text: str) -> set[str]:
    """Words, and pairs of characters where a script puts no spaces between words."""
    found: set[str] = set()
    for word in _WORD.findall(text.casefold()):
        if word[0] >= "\u3000" and len(word) > 2:
            found.update(word[at : at + 2] for at in range(len(word) - 1))
        else:
            found.add(word)
    return found
