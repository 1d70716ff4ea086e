"""What a pair of texts must have to reach a threshold, and the bounds that rule pairs out without losing one.

Let LCS be the length of the longest common subsequence. The ratio is 2·LCS / (|a| + |b|), so a pair needs LCS >= S with
S = ceil(t · (|a| + |b|) / 2). Every bound here is at least LCS, so that a pair whose bound is below S can be left out.
What a bound has above S is the pair's *spare*: it falls from bound to bound, and below 0 the pair is out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from unpack_core.neardup.text import BUCKETS, count, ranks

Integers = NDArray[np.int64]
Counts = NDArray[np.uint8]

_UNIT = 10**9
_TILE = 1024
"""So many columns at a time: the 16-bit sums of these for some dozens of rows stay in a core's second-level cache."""


_AT_ONCE = 16
"""The letters of so many texts are counted at a time."""


class Threshold:
    """A threshold from 0 to 1, in integers that may ask for a hair less than it, never for more.

    `units` is the threshold in billionths, rounded down and one less. Ratios are computed in doubles and are off by
    some 1e-14 at most, so whatever reaches the threshold there reaches `units` here.
    """

    def __init__(self, threshold: float) -> None:
        if not 0 <= threshold <= 1:
            raise ValueError(f"A threshold lies between 0 and 1, and {threshold} does not.")
        self.percent = 100 * threshold
        self.units = max(0, int(threshold * _UNIT) - 1)

    def part(self, lengths: Integers) -> NDArray[np.int32]:
        """A text's own part of S, rounded down: the parts of two texts never add up to more than their S."""
        return (self.units * lengths // (2 * _UNIT)).astype(np.int32)

    def longest(self, length: int) -> int:
        """The length of the longest text that one of `length` can resemble (bound 1).

        LCS <= min(|a|, |b|). With |a| the shorter, |a| >= S needs 2·|a| >= t · (|a| + |b|), and so
        |b| <= |a| · (2 − t) / t.
        """
        return length * (2 * _UNIT - self.units) // self.units if self.units else 2**62

    def shortest(self, length: int) -> int:
        """The length of the shortest text that one of `length` can resemble: `longest`, read the other way."""
        return -(-length * self.units // (2 * _UNIT - self.units))


def _shared_letters(some: Counts, others: Counts) -> NDArray[np.uint16]:
    """Σ min(count in a, count in b) over the buckets, for each of `some` (rows) with each of `others` (columns)."""
    if len(some) < 8:  # too few to pay for turning the others on their side
        sums: NDArray[np.uint16] = np.minimum(some[:, None], others[None]).sum(axis=2, dtype=np.uint16)
        return sums
    rows, columns = (counts.T.astype(np.uint16, order="C") for counts in (some, others))
    shared = np.zeros((len(some), len(others)), np.uint16)
    for left in range(0, len(others), _TILE):
        tile = shared[:, left : left + _TILE]
        least = np.empty_like(tile)
        for row, column in zip(rows, columns[:, left : left + _TILE], strict=True):
            np.minimum(row[:, None], column, out=least)
            tile += least
    return shared


@dataclass(frozen=True, slots=True, eq=False)
class Letters:
    """Texts as bounds 1 and 2 see them: lengths, shape (n,), and bucket counts, shape (n, 64)."""

    lengths: Integers
    counts: Counts

    @classmethod
    def of(cls, texts: Sequence[str]) -> Letters:
        """Counts the letters of normalised texts."""
        counts = np.empty((len(texts), BUCKETS), np.uint8)
        for start in range(0, len(texts), _AT_ONCE):
            part = texts[start : start + _AT_ONCE]
            counts[start : start + _AT_ONCE] = count(ranks("".join(part)), list(map(len, part)))
        return cls(np.fromiter(map(len, texts), np.int64, len(texts)), counts)

    def __getitem__(self, rows: slice | Integers) -> Letters:
        return Letters(self.lengths[rows], self.counts[rows])

    def __len__(self) -> int:
        return len(self.lengths)

    def bound(self, others: Letters) -> NDArray[np.int32]:
        """No pair has a longer common subsequence than this says, shape (len(self), len(others)) (bound 2).

        A common subsequence has no letter more often than either text has it, so LCS <= Σ min over letters; letters
        that share a bucket only raise the sum. With counts cut at 255, min(p, q) <= min(p', q') + min(p − p', q − q')
        in every bucket (equal unless both are cut), and the sum of the latter over the buckets is at most the lesser
        of the two texts' whole excess. The excess needs no storing: it is the length less the stored counts. (No more
        than either length, it is bound 1 as well.)
        """
        shared = _shared_letters(self.counts, others.counts).astype(np.int32)
        excess = self._excess()
        if excess.any():  # of most texts nothing is cut, and then nobody needs to add up the counts of the others
            shared += np.minimum(excess[:, None], others._excess()[None]).astype(np.int32)
        return shared

    def _excess(self) -> Integers:
        """How many letters of each text the counts leave out."""
        left_out: Integers = self.lengths - self.counts.sum(axis=1, dtype=np.int64)
        return left_out


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs that may be near-duplicates, row by row: places on one side and on the other, and spare; each (n,)."""

    row: Integers
    column: Integers
    spare: NDArray[np.int32]

    def __getitem__(self, chosen: NDArray[np.bool_]) -> Pairs:
        return Pairs(self.row[chosen], self.column[chosen], self.spare[chosen])

    def moved(self, down: int, right: int) -> Pairs:
        """The same, where places are counted from so much further back."""
        return Pairs(self.row + down, self.column + right, self.spare)

    def lowered(self, by: NDArray[np.int32]) -> Pairs:
        spare = self.spare - by
        return Pairs(self.row, self.column, spare)[spare >= 0]

    def rows(self) -> tuple[Integers, list[slice]]:
        """The rows that have pairs, and where in the arrays each has them."""
        starts = np.flatnonzero(np.diff(self.row, prepend=-1))
        return self.row[starts], [slice(start, end) for start, end in pairwise([*starts.tolist(), len(self.row)])]


def candidates(some: Letters, others: Letters, threshold: Threshold) -> Pairs:
    """What bounds 1 and 2 leave of all pairs of some texts, not many, with others; both sides are sorted by length."""
    shortest, longest = some.lengths[[0, -1]].tolist()
    reach = threshold.shortest(shortest), threshold.longest(longest) + 1
    start, end = np.searchsorted(others.lengths, reach).tolist()
    near = others[start:end]
    spare = some.bound(near)
    spare -= threshold.part(near.lengths)
    spare -= threshold.part(some.lengths)[:, None]
    row, column = np.nonzero(spare >= 0)
    return Pairs(row, column + start, spare[row, column])
