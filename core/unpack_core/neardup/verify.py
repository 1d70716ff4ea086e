"""Candidates, settled by rapidfuzz: first the ends of the texts (bound 3), then the whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import LCSseq

from unpack_core.neardup.bounds import Integers, Pairs, Threshold

Scored = tuple[int, int, float]
"""Two near-duplicates and the ratio of their normalised texts over 100."""

Texts = Mapping[int, str] | Sequence[str]
"""Normalised texts by their places."""


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """The texts on one side of some pairs, by their places: normalised, and narrow."""

    texts: Texts
    narrow: Texts


def _reaching_all(text: str, others: Sequence[str], needed: Integers, threshold: Threshold) -> Integers:
    """The places in `others` of the narrow texts that have S letters in common with `text`; `needed` is S for each.

    One text against many, because rapidfuzz then prepares that text once.
    """
    places = np.arange(len(others))
    for end in threshold.ends(len(text)):
        remaining = [others[place] for place in places.tolist()]
        widths = [end + len(other) - least for other, least in zip(remaining, needed[places].tolist(), strict=True)]
        ends = [other[-width:] for other, width in zip(remaining, widths, strict=True)]
        places = places[_reaching(text[-end:], ends, needed[places] - (len(text) - end))]
    return places[_reaching(text, [others[place] for place in places.tolist()], needed[places])]


def _reaching(text: str, others: Sequence[str], needed: Integers) -> Integers:
    """The places in `others` whose longest common subsequence with `text` has at least `needed` letters.

    Without rapidfuzz's `score_cutoff`: in 3.14.6 `cdist` gives 0 for some pairs that reach the cutoff exactly, once the
    texts are longer than 64 letters.
    """
    if not others:
        return np.empty(0, np.int64)
    common = process.cdist([text], others, scorer=LCSseq.similarity, dtype=np.int32)[0]
    return np.flatnonzero(common >= needed)


def verified(pairs: Pairs, some: Side, others: Side, threshold: Threshold, pool: Executor) -> Iterator[list[Scored]]:
    """Starts verifying the pairs on the pool's threads at once (rapidfuzz lets go of the interpreter's lock)."""
    if len(np.unique(pairs.row)) > len(np.unique(pairs.column)):
        found = verified(pairs.turned(), others, some, threshold, pool)
        return ([(row, column, score) for column, row, score in scored] for scored in found)

    def verify(group: Pairs) -> list[Scored]:
        row, columns = int(group.row[0]), group.column.tolist()
        near = _reaching_all(some.narrow[row], [others.narrow[column] for column in columns], group.needed, threshold)
        left = [columns[place] for place in near.tolist()]
        ratios = [(column, fuzz.ratio(some.texts[row], others.texts[column])) for column in left]
        return [(row, column, ratio / 100) for column, ratio in ratios if ratio >= threshold.percent]

    return pool.map(verify, pairs.by_row())
