"""All near-duplicates among some texts that are in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, combinations, pairwise, product

import numpy as np
from numpy.typing import NDArray

from unpack_core.neardup.bounds import Letters, Threshold, candidates
from unpack_core.neardup.text import CLASSES_AT_HAND, normalize
from unpack_core.neardup.verify import Scored, Side, lowered, settled

Progress = Callable[[int, int], None]
"""Is told how many pairs of texts are done, and of how many."""

_ROWS, _COLUMNS = 48, 1024
"""A block of pairs that are compared at a time."""


class Distinct:
    """Texts, normalised, without their copies and sorted by length: a copy resembles what its original resembles."""

    def __init__(self, texts: Iterable[str]) -> None:
        normalized = [normalize(text) for text in texts]
        self._places = _by_length(normalized)
        new = (place for place, copy in enumerate(_copies(normalized, self._places)) if not copy)
        self._starts = np.fromiter(chain(new, [len(normalized)]), np.int32)
        self.texts = [normalized[place] for place in self._places[self._starts[:-1]].tolist()]
        del normalized  # what goes before is no more than what the counts take
        self.letters = Letters.of(self.texts)
        self._given_up = 0

    def give_up(self, end: int) -> None:
        """Lets go of the texts before `end`, for nobody will ask for them again."""
        self.texts[self._given_up : end] = [""] * (end - self._given_up)
        self._given_up = end

    def holders(self, number: int) -> list[int]:
        """The places of the texts that one of the distinct stands for, in rising order."""
        places: list[int] = self._places[self._starts[number] : self._starts[number + 1]].tolist()
        return places

    def copies(self) -> Iterator[Scored]:
        """The pairs of texts that are the same."""
        for number in np.flatnonzero(np.diff(self._starts) > 1).tolist():
            yield from ((first, second, 1.0) for first, second in combinations(self.holders(number), 2))


def _by_length(texts: Sequence[str]) -> NDArray[np.int32]:
    """The places of some texts by length, equal ones side by side."""
    lengths, hashes = (np.fromiter(map(of, texts), np.int64, len(texts)) for of in (len, hash))
    return np.lexsort((hashes, lengths)).astype(np.int32)


def _copies(texts: Sequence[str], order: NDArray[np.int32]) -> Iterator[bool]:
    """Whether each text is the same as the one before, in some order. (Of one hash are copies, if not always, and if
    others stand between two copies these are compared twice, and nothing is lost.)"""
    before = None
    for place in order.tolist():
        yield texts[place] == before
        before = texts[place]


def pairs(texts: Sequence[str], threshold: float, *, progress: Progress | None = None) -> Iterator[Scored]:
    """Every pair of near-duplicates among some texts, as (i, j, score) with i < j, each once, in no promised order.

    Texts are given as they are and normalised here. The score is the ratio over 100. Raises ValueError for a
    threshold that is not between 0 and 1.

    One thread compares: what rapidfuzz and numpy do at a time takes microseconds, and a second thread costs more in
    waiting for the interpreter's lock than it brings.
    """
    return pairs_of(Distinct(texts), Threshold(threshold), progress)


def pairs_of(distinct: Distinct, threshold: Threshold, progress: Progress | None) -> Iterator[Scored]:
    """`pairs` of what is normalised already, whose texts are given up as they are done with."""
    yield from distinct.copies()
    letters = distinct.letters
    count = len(letters)
    for left in range(0, count, _COLUMNS):
        right = min(left + _COLUMNS, count)
        first = int(np.searchsorted(letters.lengths, threshold.shortest(int(letters.lengths[left]))))
        distinct.give_up(first)
        columns = _Part(distinct, left, right)
        for top, bottom in pairwise([*range(first, left, _ROWS), *range(left, right, _ROWS), right]):
            rows = columns if top >= left else _Part(distinct, top, bottom)
            start = max(left, top)  # further left no column is greater than a row
            near = candidates(letters[top:bottom], letters[start:right], threshold)
            near = near[near.column + start > near.row + top].moved(top - rows.start, start - left)
            near = lowered(near, rows.side, columns.side, CLASSES_AT_HAND)
            for row, column, score in settled(near, rows.texts, columns.texts, threshold):
                for one, other in product(distinct.holders(rows.start + row), distinct.holders(left + column)):
                    yield min(one, other), max(one, other), score
            if progress:
                done = left * (left - 1) // 2 + int(np.minimum(bottom, np.arange(left, right)).sum())
                progress(done, count * (count - 1) // 2)


class _Part:
    """The distinct texts from one number up to another, and what is known of them."""

    def __init__(self, distinct: Distinct, start: int, end: int) -> None:
        self.start = start
        self.texts = distinct.texts[start:end]
        self.side = Side.of(distinct.letters.counts[start:end], self.texts)
