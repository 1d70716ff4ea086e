"""New texts against many old ones, of which only lengths and letter counts are in memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from unpack_core.neardup.bounds import Integers, Letters, Pairs, Threshold, candidates
from unpack_core.neardup.text import BUCKETS, narrow
from unpack_core.neardup.verify import Scored, Side, verified
from unpack_core.neardup.within import Distinct, Progress, pairs_of

Fetch = Callable[[Sequence[int]], Sequence[str]]
"""Gives the *normalised* texts of some keys, in their order."""

_FETCHED = 2048
"""At most so many old texts are in memory at a time."""

_GONE = -1

_Scalar = TypeVar("_Scalar", bound=np.generic)


class Index:
    """Texts of one kind by key: 76 bytes each, in arrays that grow by half when they are full.

    `fetch` is asked for the texts that the first two bounds leave, a batch at a time. Keys are the caller's: adding one
    twice makes it two texts.
    """

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._size = 0
        self._keys = np.empty(0, np.int64)
        self._lengths = np.empty(0, np.int32)
        self._counts = np.empty((0, BUCKETS), np.uint8)

    def __len__(self) -> int:
        return int(np.count_nonzero(self._lengths[: self._size] != _GONE))

    def add(self, key: int, length: int, signature: bytes) -> None:
        """Adds a text by the length of its normalised form and the `signature` of that; amortised O(1)."""
        self.extend([(key, length, signature)])

    def extend(self, rows: Iterable[tuple[int, int, bytes]]) -> None:
        """Adds texts from rows of (key, length, signature), as a database brings them."""
        for key, length, signature in rows:
            if self._size == len(self._keys):
                self._grow()
            self._keys[self._size] = key
            self._lengths[self._size] = length
            self._counts[self._size] = np.frombuffer(signature, np.uint8)
            self._size += 1

    def discard(self, key: int) -> None:
        """Takes a text out, as when another version becomes the head; a key that is not there is no matter."""
        self._lengths[: self._size][self._keys[: self._size] == key] = _GONE

    def _grow(self) -> None:
        capacity = max(1024, self._size + self._size // 2)
        self._keys = _enlarged(self._keys, capacity)
        self._lengths = _enlarged(self._lengths, capacity)
        self._counts = _enlarged(self._counts, capacity)

    def rows_between(self, shortest: int, longest: int) -> Integers:
        """The rows of the texts of these lengths, sorted by length."""
        lengths = self._lengths[: self._size]
        rows = np.flatnonzero((lengths >= max(0, shortest)) & (lengths <= longest))
        return rows[np.argsort(lengths[rows], kind="stable")]

    def letters(self, rows: Integers) -> Letters:
        return Letters(self._lengths[rows].astype(np.int64), self._counts[rows])

    def key(self, row: int) -> int:
        return int(self._keys[row])

    def texts(self, rows: Integers) -> dict[int, str]:
        """The normalised texts of some rows, by row."""
        return dict(zip(rows.tolist(), self._fetch(self._keys[rows].tolist()), strict=True)) if len(rows) else {}


def _enlarged(array: NDArray[_Scalar], capacity: int) -> NDArray[_Scalar]:
    larger = np.empty((capacity, *array.shape[1:]), array.dtype)
    larger[: len(array)] = array
    return larger


def matches(text: str, index: Index, threshold: float) -> list[tuple[int, float]]:
    """The keys of the texts in the index that resemble `text`, with their scores, best first.

    `text` is given as it is. Raises ValueError for a threshold that is not between 0 and 1.
    """
    found = _against(Distinct([text]), index, Threshold(threshold), None, workers=1)
    return sorted(((key, score) for _, key, score in found), key=lambda match: (-match[1], match[0]))


def join(
    new: Sequence[tuple[int, str]],
    index: Index,
    threshold: float,
    *,
    progress: Progress | None = None,
    workers: int | None = None,
) -> Iterator[Scored]:
    """Every near-duplicate that some new texts bring: with one another and with those in the index, each pair once.

    `new` are keys, not in the index yet, and texts as they are. Gives (key of a new text, key of the other, score) in
    no promised order. An old text is fetched once at most, if any new one may resemble it. `progress` counts each of
    the two parts from 0. Raises ValueError for a threshold that is not between 0 and 1.
    """
    return _join(new, index, Threshold(threshold), progress, workers)


def _join(
    new: Sequence[tuple[int, str]], index: Index, threshold: Threshold, progress: Progress | None, workers: int | None
) -> Iterator[Scored]:
    keys = [key for key, _ in new]
    distinct = Distinct(text for _, text in new)
    for first, second, score in pairs_of(distinct, threshold, progress, workers):
        yield keys[first], keys[second], score
    for place, key, score in _against(distinct, index, threshold, progress, workers):
        yield keys[place], key, score


def _against(
    distinct: Distinct, index: Index, threshold: Threshold, progress: Progress | None, workers: int | None
) -> Iterator[Scored]:
    """(place of the new text, key of the old one, score) for each new text and each old one that it resembles."""
    if not distinct.texts:
        return
    reach = threshold.shortest(len(distinct.texts[0])), threshold.longest(len(distinct.texts[-1]))
    rows = index.rows_between(*reach)
    with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        for top in range(0, len(rows), _FETCHED):
            part = rows[top : top + _FETCHED]
            found = candidates(distinct.letters, index.letters(part), threshold)
            found = Pairs(found.row, part[found.column], found.needed)
            texts = index.texts(np.unique(found.column))
            old = Side(texts, dict(zip(texts, narrow(list(texts.values())), strict=True)))
            for scored in verified(found, distinct.side, old, threshold, pool):
                for place, row, score in scored:
                    key = index.key(row)
                    yield from ((holder, key, score) for holder in distinct.holders[place])
            if progress:
                progress(min(top + _FETCHED, len(rows)) * len(distinct.texts), len(rows) * len(distinct.texts))
