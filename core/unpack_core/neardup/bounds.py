"""What a pair of texts must have to reach a threshold, and the bounds that rule pairs out without losing one.

Let LCS be the length of the longest common subsequence. The ratio is 2·LCS / (|a| + |b|), so a pair needs LCS >= S with
S = ceil(t · (|a| + |b|) / 2). Every bound here is at least LCS, so that a pair whose bound is below S can be left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from unpack_core.neardup.text import BUCKETS, signature

Integers = NDArray[np.int64]
Counts = NDArray[np.uint8]

_UNIT = 10**9
_ROWS, _COLUMNS = 64, 1024
"""A tile of pairs whose 16-bit sums stay in a core's second-level cache."""


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

    def needed(self, total: Integers) -> Integers:
        """S: how many letters two texts of that length together must have in common."""
        return -(-self.units * total // (2 * _UNIT))

    def half(self, lengths: Integers) -> NDArray[np.int32]:
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

    def ends(self, length: int) -> list[int]:
        """How many letters at the end of a text of `length` to look at before the whole (bound 3), where that pays.

        In any alignment with LCS(a, b) >= S at most |b| − S letters of b are left over. Let a' be the last m letters
        of a, and let them be matched within the last w letters of b, w as small as can be. At most m of these w are
        matched, and the others are left over, so w <= m + |b| − S. The |a| − m letters before a' match at most
        themselves: LCS(a, b) <= LCS(a[-m:], b[-w:]) + |a| − m with w = m + |b| − S, for any m. (The ends and not the
        beginnings: templates open texts more often than they close them.)

        Unlike texts have half of their letters in common in order, long ones of one language more, so that the bound
        begins to bite at m = 2 · (1 − t) · |a|: a little more is tried first, and half as much again on what is left.
        Rapidfuzz works in words of 64 letters, so m is a multiple of that.
        """
        quarter = length * (_UNIT - self.units) // (4 * _UNIT)
        whole_words = [-(-times * quarter // 64) * 64 for times in (9, 13)]
        return [letters for letters in sorted(set(whole_words)) if 0 < 4 * letters <= 3 * length]


def shared_letters(some: Counts, others: Counts) -> NDArray[np.uint16]:
    """Σ min(count in a, count in b) over the buckets, for each of `some` (rows) with each of `others` (columns).

    A common subsequence has no letter more often than either text has it, so LCS <= Σ min over letters; letters that
    share a bucket only raise the sum. This is the sum of the *stored* counts, at most 64 · 255; what a text has beyond
    255 in a bucket is its excess, and `Letters.bound` adds the lesser excess of the two.
    """
    if len(some) < 8:  # too few to pay for turning the others on their side
        sums: NDArray[np.uint16] = np.minimum(some[:, None], others[None]).sum(axis=2, dtype=np.uint16)
        return sums
    rows, columns = (counts.T.astype(np.uint16, order="C") for counts in (some, others))
    shared = np.zeros((len(some), len(others)), np.uint16)
    least = np.empty_like(shared)
    for row, column in zip(rows, columns, strict=True):
        np.minimum(row[:, None], column, out=least)
        shared += least
    return shared


@dataclass(frozen=True, slots=True, eq=False)
class Letters:
    """Texts as bounds 1 and 2 see them: lengths, shape (n,), and bucket counts, shape (n, 64)."""

    lengths: Integers
    counts: Counts

    @classmethod
    def of(cls, texts: Sequence[str]) -> Letters:
        """Counts the letters of normalised texts."""
        counts = np.frombuffer(b"".join(map(signature, texts)), np.uint8).reshape(-1, BUCKETS)
        return cls(np.array([len(text) for text in texts], np.int64), counts)

    def __getitem__(self, rows: slice | Integers) -> Letters:
        return Letters(self.lengths[rows], self.counts[rows])

    def __len__(self) -> int:
        return len(self.lengths)

    def bound(self, others: Letters) -> NDArray[np.int32]:
        """No pair has a longer common subsequence than this says, shape (len(self), len(others)) (bound 2).

        With counts cut at 255, min(p, q) <= min(p', q') + min(p − p', q − q') in every bucket (equal unless both are
        cut), and the sum of the latter over the buckets is at most the lesser of the two texts' whole excess. The
        excess needs no storing: it is the length less the stored counts.
        """
        shared = shared_letters(self.counts, others.counts).astype(np.int32)
        excess, others_excess = (each.lengths - each.counts.sum(axis=1, dtype=np.int64) for each in (self, others))
        if excess.any() and others_excess.any():
            shared += np.minimum(excess[:, None], others_excess[None]).astype(np.int32)
        return shared


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs that may be near-duplicates: places on one side, places on the other, and S; each of shape (n,)."""

    row: Integers
    column: Integers
    needed: Integers

    def __getitem__(self, chosen: NDArray[np.bool_] | Integers | slice) -> Pairs:
        return Pairs(self.row[chosen], self.column[chosen], self.needed[chosen])

    def turned(self) -> Pairs:
        """The same pairs, the other side first."""
        return Pairs(self.column, self.row, self.needed)

    def by_row(self) -> Iterator[Pairs]:
        """The pairs of one row at a time."""
        ordered = self[np.argsort(self.row, kind="stable")]
        starts = np.flatnonzero(np.diff(ordered.row, prepend=-1)).tolist()
        for start, end in pairwise([*starts, len(ordered.row)]):
            yield ordered[start:end]


def candidates(some: Letters, others: Letters, threshold: Threshold) -> Pairs:
    """The pairs that bounds 1 and 2 leave. Both sides are sorted by length."""
    found = [(np.empty(0, np.int64), np.empty(0, np.int64))]
    parts, others_parts = threshold.half(some.lengths), threshold.half(others.lengths)
    for top in range(0, len(some), _ROWS):
        rows = slice(top, top + _ROWS)
        shortest, longest = some.lengths[rows][[0, -1]].tolist()
        reach = threshold.shortest(shortest), threshold.longest(longest) + 1
        start, end = np.searchsorted(others.lengths, reach).tolist()
        for left in range(start, end, _COLUMNS):
            columns = slice(left, min(left + _COLUMNS, end))
            spare = some[rows].bound(others[columns]) - others_parts[columns]
            row, column = np.nonzero(spare >= parts[rows, None])
            found.append((row + top, column + left))
    row, column = (np.concatenate(places) for places in zip(*found, strict=True))
    lengths, others_lengths = some.lengths[row], others.lengths[column]
    needed = threshold.needed(lengths + others_lengths)
    pairs = Pairs(row, column, needed)
    return pairs[np.minimum(lengths, others_lengths) >= needed]
