"""All near-duplicates among some texts that are in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, product

import numpy as np
from numpy.typing import NDArray

from unpack_core.neardup.bounds import Letters, Threshold, candidates
from unpack_core.neardup.text import CLASSES, normalize
from unpack_core.neardup.verify import Scored, Side, lowered, settled

Progress = Callable[[int, int], None]
"""Is told how many pairs of texts are done, and of how many."""

_ROWS, _COLUMNS = 48, 512
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


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Of all pairs of distinct texts those with row in [top, bottom), column in [left, right), and row < column."""

    top: int
    bottom: int
    left: int
    right: int
    texts: list[str]
    others: list[str]
    """Those of the rows, and those of the columns."""
    columns: Side
    """The same for all blocks of these columns."""

    @property
    def done(self) -> int:
        """How many pairs the columns before these have, and these down to here."""
        rows = np.minimum(self.bottom, np.arange(self.left, self.right))
        return self.left * (self.left - 1) // 2 + int(rows.sum())


def pairs_of(distinct: Distinct, threshold: Threshold, progress: Progress | None) -> Iterator[Scored]:
    """`pairs` of what is normalised already, whose texts are given up as they are done with."""
    yield from distinct.copies()
    count = len(distinct.texts)
    for block in _blocks(distinct, threshold):
        letters = distinct.letters[block.top : block.bottom]
        start = max(block.left, block.top)  # further left no column is greater than a row
        near = candidates(letters, distinct.letters[start : block.right], threshold).moved(0, start - block.left)
        near = near[near.column + block.left > near.row + block.top]
        near = lowered(near, Side.of(letters.counts, block.texts), block.columns, range(len(CLASSES)))
        for row, column, score in settled(near, block.texts, block.others, threshold):
            for one, other in product(distinct.holders(block.top + row), distinct.holders(block.left + column)):
                yield min(one, other), max(one, other), score
        if progress:
            progress(block.done, count * (count - 1) // 2)


def _blocks(distinct: Distinct, threshold: Threshold) -> Iterator[_Block]:
    """The blocks in which there may be near-duplicates, column by column."""
    lengths = distinct.letters.lengths
    for left in range(0, len(lengths), _COLUMNS):
        right = min(left + _COLUMNS, len(lengths))
        first = int(np.searchsorted(lengths, threshold.shortest(int(lengths[left]))))
        distinct.give_up(first)
        others = distinct.texts[left:right]
        columns = Side.of(distinct.letters.counts[left:right], others)
        for top in range(first, right, _ROWS):
            bottom = min(top + _ROWS, right)
            yield _Block(top, bottom, left, right, distinct.texts[top:bottom], others, columns)
