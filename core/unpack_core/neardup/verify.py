"""What the letter counts leave, settled by rapidfuzz: first class by class of letters (bound 3), then the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import LCSseq

from unpack_core.neardup.bounds import Counts, Integers, Pairs, Threshold
from unpack_core.neardup.text import Class, of_class, ranks

Scored = tuple[int, int, float]
"""Two near-duplicates and the ratio of their normalised texts over 100."""

Texts = Mapping[int, str] | Sequence[str]
"""Normalised texts by their places."""

_AT_ONCE = 1024
"""The counts of so many pairs are copied at a time."""


class Side:
    """Texts on one side of some pairs, as bound 3 sees them: their letter counts, and by class the letters in order.

    The letters of a class are made when they are first asked for, and kept where they may be asked for again.
    """

    def __init__(
        self, counts: Counts, of_class: Callable[[Integers, Class], list[bytes] | list[str]], *, keep: bool = True
    ) -> None:
        """`of_class` gives the letters of a class, by the places of the texts and the class. `keep` them, unless they
        are asked for once only."""
        self.counts = counts
        self._of_class = of_class
        self._keep = keep
        self._made: dict[Class, tuple[NDArray[np.bool_], NDArray[np.object_]]] = {}

    @classmethod
    def of(cls, counts: Counts, texts: Texts) -> Side:
        """Made from normalised texts."""
        return cls(counts, lambda places, chosen: [of_class(ranks(texts[place]), chosen) for place in places.tolist()])

    def letters(self, chosen: Class, places: Integers) -> list[bytes] | list[str]:
        """The letters of a class of the texts at some places."""
        if not self._keep:
            return self._of_class(places, chosen)
        size = len(self.counts)
        made, letters = self._made.setdefault(chosen, (np.zeros(size, np.bool_), np.empty(size, np.object_)))
        asked = np.zeros(size, np.bool_)
        asked[places] = True
        missing = np.flatnonzero(asked & ~made)
        new = self._of_class(missing, chosen)
        letters[missing] = new
        made[missing] = True
        if np.array_equal(missing, places):
            return new
        found: list[bytes] = letters[places].tolist()
        return found


def lowered(pairs: Pairs, some: Side, others: Side, classes: Iterable[Class]) -> Pairs:
    """What bound 3 leaves, class by class.

    Let the letters be divided into classes, and a_k be a with the letters of class k alone. A common subsequence of a
    and b falls into common subsequences of a_k and b_k, so LCS(a, b) <= Σ_k LCS(a_k, b_k). Bound 2 is the same sum with
    Σ min in place of each LCS, and any class may stay like that: so a class that is looked at takes Σ min − LCS of its
    own letters from the spare. (Where counts are cut at 255 the difference may come out too small, and the sum is a
    bound all the same, for what the counts leave out is in the excess, whole. And where the letters of a class are told
    apart less well than in the counts, as the rarest are, their LCS only rises.)

    Unlike texts have much the same letters, but not in the same order, least of all the rare ones, of which there are
    many: the rarest class has a fifth of the letters and costs a 25th of the whole, the price going by the square.
    """
    for chosen in classes:
        rows, ranges = pairs.rows()
        letters, others_letters = some.letters(chosen, rows), others.letters(chosen, pairs.column)
        common = np.empty(len(pairs.row), np.int32)
        for text, where in zip(letters, ranges, strict=True):
            # no score_cutoff: rapidfuzz 3.14 loses pairs that meet it exactly, its band being a letter too narrow
            common[where] = process.cdist([text], others_letters[where], scorer=LCSseq.similarity, dtype=np.int32)
        pairs = pairs.lowered(_least(pairs, some.counts, others.counts, chosen) - common)
    return pairs


def _least(pairs: Pairs, some: Counts, others: Counts, chosen: Class) -> NDArray[np.int32]:
    """Σ min over the buckets of a class, of each pair."""
    least = np.empty(len(pairs.row), np.int32)
    if not len(least):
        return least
    first, last = pairs.row[[0, -1]].tolist()
    inside = np.zeros_like(some[first : last + 1])  # whole rows are added up, for numpy takes long over parts of them
    inside[:, slice(*chosen)] = some[first : last + 1, slice(*chosen)]
    for start in range(0, len(least), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        counts = inside.take(pairs.row[part] - first, axis=0)
        np.minimum(counts, others.take(pairs.column[part], axis=0), out=counts)
        least[part] = counts.sum(axis=1, dtype=np.int32)
    return least


def settled(pairs: Pairs, some: Texts, others: Texts, threshold: Threshold) -> list[Scored]:
    """The pairs that reach the threshold: the definition itself."""
    found: list[Scored] = []
    for row, where in zip(*pairs.rows(), strict=True):
        columns = pairs.column[where].tolist()
        texts = [others[column] for column in columns]
        ratios = process.cdist([some[row]], texts, scorer=fuzz.ratio, dtype=np.float64)[0].tolist()
        scored = zip(columns, ratios, strict=True)
        found += [(row, column, ratio / 100) for column, ratio in scored if ratio >= threshold.percent]
    return found
