"""New texts against many old ones, of which only lengths and letter counts are in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from operator import itemgetter
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from unpack_core.neardup.bounds import Counts, Integers, Letters, Pairs, Threshold, candidates
from unpack_core.neardup.text import BUCKETS, CLASSES, Class, next_letters, rarest_packed
from unpack_core.neardup.verify import Scored, Side, lowered, settled
from unpack_core.neardup.within import Distinct, Progress, pairs_of

_Scalar = TypeVar("_Scalar", bound=np.generic)

FetchTexts = Callable[[Sequence[int]], Sequence[str]]
"""Gives the *normalised* texts of some keys, in their order."""

FetchSignatures = Callable[[Sequence[int]], Sequence[bytes]]
"""Gives the signatures of some keys, in their order."""

_ROWS, _PAIRS = 64, 2**18
"""So many new texts are compared at a time, and so many pairs; what is left of as many is looked up at once."""
_FEWEST, _MOST = 2**12, 2**14
"""At least so many old texts are looked up in one go, and at most so many are compared at a time."""


class Index:
    """Texts of one kind by key: 84 bytes each, and half a byte for each of the rarest letters, which are one in five;
    in arrays that grow by half when they are full.

    What these leave is asked for, a batch at a time: first for signatures, then, of few, for texts. Keys are the
    caller's: adding one twice makes it two texts.
    """

    def __init__(self, texts: FetchTexts, signatures: FetchSignatures) -> None:
        self._fetch_texts = texts
        self._fetch_signatures = signatures
        self._size = 0
        self._keys = np.empty(0, np.int64)
        self._lengths = np.empty(0, np.int32)
        self.counts: Counts = np.empty((0, BUCKETS), np.uint8)
        """By row; a row stays where it is."""
        self._rarest = bytearray()
        self._starts = np.zeros(1, np.int64)
        """By row, where in the rarest letters of all a text has its own; they end where those of the next row start."""

    def __len__(self) -> int:
        return self._size

    def add(self, key: int, length: int, signature: bytes) -> None:
        """Adds a text by the length of its normalised form and the `signature` of that; amortised O(1)."""
        self.extend([(key, length, signature)])

    def extend(self, rows: Iterable[tuple[int, int, bytes]]) -> None:
        """Adds texts from rows of (key, length, signature), as a database brings them.

        Those of like length are put side by side, for it is them that are looked at together.
        """
        new = sorted(rows, key=itemgetter(1))
        rarest = [rarest_packed(signature) for _, _, signature in new]
        added = slice(self._size, self._size + len(new))
        self._make_room(added.stop)
        self._keys[added] = [key for key, _, _ in new]
        self._lengths[added] = [length for _, length, _ in new]
        counts = b"".join(signature[:BUCKETS] for _, _, signature in new)
        self.counts[added] = np.frombuffer(counts, np.uint8).reshape(-1, BUCKETS)
        self._starts[added.start + 1 : added.stop + 1] = len(self._rarest) + np.cumsum(list(map(len, rarest)))
        self._rarest += b"".join(rarest)
        self._size = added.stop

    def unknown(self, keys: Sequence[int]) -> list[int]:
        """Those of some keys that no text here has, in rising order."""
        held = self._keys[: self._size]
        asked = np.array(sorted(set(keys)), np.int64)
        places = np.searchsorted(asked, held)  # np.setdiff1d would bring numpy.ma and its two megabytes
        inside = places < len(asked)
        known = np.zeros(len(asked), np.bool_)
        known[places[inside][asked[places[inside]] == held[inside]]] = True
        unknown: list[int] = asked[~known].tolist()
        return unknown

    def _make_room(self, size: int) -> None:
        if size <= len(self._keys):
            return
        capacity = max(1024, size, self._size + self._size // 2)
        self._keys = _enlarged(self._keys, capacity)
        self._lengths = _enlarged(self._lengths, capacity)
        self.counts = _enlarged(self.counts, capacity)
        self._starts = _enlarged(self._starts, capacity + 1)

    def rows_between(self, shortest: int, longest: int) -> Integers:
        """The rows of the texts of these lengths, sorted by length."""
        lengths = self._lengths[: self._size]
        rows = np.flatnonzero((lengths >= shortest) & (lengths <= longest))
        return rows[np.argsort(lengths[rows], kind="stable")]

    def letters(self, rows: Integers) -> Letters:
        return Letters(self._lengths[rows].astype(np.int64), self.counts[rows])

    def rarest(self, rows: Integers) -> list[str]:
        """The letters of class 0 of the texts in some rows, and a digit that is none where their number is odd."""
        starts, ends = self._starts[rows].tolist(), self._starts[rows + 1].tolist()
        return [self._rarest[start:end].hex() for start, end in zip(starts, ends, strict=True)]

    def keys(self, rows: Integers) -> list[int]:
        keys: list[int] = self._keys[rows].tolist()
        return keys

    def signatures(self, rows: Integers) -> Sequence[bytes]:
        """The signatures of the texts in some rows."""
        return self._fetch_signatures(self.keys(rows))

    def texts(self, rows: Integers) -> Sequence[str]:
        """The normalised texts in some rows."""
        return self._fetch_texts(self.keys(rows))


def _enlarged(array: NDArray[_Scalar], capacity: int) -> NDArray[_Scalar]:
    larger = np.empty((capacity, *array.shape[1:]), array.dtype)
    larger[: len(array)] = array
    return larger


def matches(text: str, index: Index, threshold: float) -> list[tuple[int, float]]:
    """The keys of the texts in the index that resemble `text`, with their scores, best first.

    `text` is given as it is. Raises ValueError for a threshold that is not between 0 and 1.
    """
    found = _against(Distinct([text]), index, Threshold(threshold), None)
    return sorted(((key, score) for _, key, score in found), key=lambda match: (-match[1], match[0]))


def join(
    new: Sequence[tuple[int, str]],
    index: Index,
    threshold: float,
    *,
    progress: Progress | None = None,
) -> Iterator[Scored]:
    """Every near-duplicate that some new texts bring: with one another and with those in the index, each pair once.

    `new` are keys, not in the index yet, and texts as they are. Gives (key of a new text, key of the other, score) in
    no promised order. An old text is fetched once at most, if any new one may resemble it. `progress` counts each of
    the two parts from 0. Raises ValueError for a threshold that is not between 0 and 1.
    """
    return _join(new, index, Threshold(threshold), progress)


def _join(
    new: Sequence[tuple[int, str]], index: Index, threshold: Threshold, progress: Progress | None
) -> Iterator[Scored]:
    keys = [key for key, _ in new]
    distinct = Distinct(text for _, text in new)
    for place, key, score in _against(distinct, index, threshold, progress):
        yield keys[place], key, score
    for first, second, score in pairs_of(distinct, threshold, progress):  # last: it gives the texts up
        yield keys[first], keys[second], score


def _against(distinct: Distinct, index: Index, threshold: Threshold, progress: Progress | None) -> Iterator[Scored]:
    """(place of the new text, key of the old one, score) for each new text and each old one that it resembles."""
    if not distinct.texts:
        return
    reach = threshold.shortest(len(distinct.texts[0])), threshold.longest(len(distinct.texts[-1]))
    rows = index.rows_between(*reach)
    new = Side.of(distinct.letters.counts, distinct.texts)
    at_once = max(_FEWEST, _PAIRS // len(distinct.texts))
    for top in range(0, len(rows), at_once):
        for number, key, score in _against_part(distinct, new, index, rows[top : top + at_once], threshold):
            yield from ((holder, key, score) for holder in distinct.holders(number))
        if progress:
            progress(min(top + at_once, len(rows)) * len(distinct.texts), len(rows) * len(distinct.texts))


def _against_part(
    distinct: Distinct, new: Side, index: Index, part: Integers, threshold: Threshold
) -> Iterator[Scored]:
    """The same for some rows of the index, by the number of the new text and the key of the old one."""
    near = []
    for left, letters, known, top in _blocks(index, part, len(distinct.texts)):
        pairs = candidates(distinct.letters[top : top + _ROWS], letters, threshold).moved(top, 0)
        near.append(lowered(pairs, new, known, CLASSES[:1]).moved(0, left))
    near, asked = _renumbered(near, len(part))
    part = part[asked]
    counts = index.counts[part]
    signatures = index.signatures(part)
    looked_up = Side(counts, lambda places, _: [next_letters(signatures[place]) for place in places.tolist()])
    near, asked = _renumbered([lowered(pairs, new, looked_up, CLASSES[1:2]) for pairs in near], len(part))
    part, counts = part[asked], counts[asked]
    keys, texts = index.keys(part), index.texts(part)
    whole = Side.of(counts, texts)
    for pairs in near:
        pairs = lowered(pairs, new, whole, CLASSES[2:])
        for number, place, score in settled(pairs, distinct.texts, texts, threshold):
            yield number, keys[place], score


def _blocks(index: Index, part: Integers, count: int) -> Iterator[tuple[int, Letters, Side, int]]:
    """Some of a part of the index at a time, from where the first number says, by what is in memory; and where in so
    many new texts those begin that are compared with them. What is no more compared need not be in memory any more."""
    columns = min(_PAIRS // min(count, _ROWS), _MOST)
    for left in range(0, len(part), columns):
        rows = part[left : left + columns]
        letters = index.letters(rows)
        known = Side(letters.counts, partial(_rarest, index, rows), keep=count > 1)
        for top in range(0, count, _ROWS):
            yield left, letters, known, top


def _rarest(index: Index, rows: Integers, places: Integers, _: Class) -> list[str]:
    return index.rarest(rows[places])


def _renumbered(found: list[Pairs], count: int) -> tuple[list[Pairs], Integers]:
    """Pairs with columns counted among those, of so many, that are still in question; and which columns these are."""
    asked = np.zeros(count, np.bool_)
    for pairs in found:
        asked[pairs.column] = True
    numbers = np.cumsum(asked) - 1
    return [Pairs(pairs.row, numbers[pairs.column], pairs.spare) for pairs in found], np.flatnonzero(asked)
