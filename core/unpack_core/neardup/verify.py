"""Candidates, settled by rapidfuzz: first the ends of the texts (bound 3), then the whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import LCSseq

from unpack_core.neardup.bounds import Integers, Pairs, Threshold

Scored = tuple[int, int, float]
"""Two near-duplicates and the ratio of their normalised texts over 100."""

Texts = Mapping[int, str] | Sequence[str]
"""Normalised texts by their places."""


def _verify(text: str, others: Sequence[str], needed: Integers, threshold: Threshold) -> list[tuple[int, float]]:
    """The places in `others` of the texts that resemble `text`, with their scores; `needed` is S for each of them.

    One text against many, because rapidfuzz then prepares that text once.
    """
    places = np.arange(len(others))
    if end := threshold.end(len(text)):
        slack = [end + len(other) - least for other, least in zip(others, needed.tolist(), strict=True)]
        ends = [other[-width:] for other, width in zip(others, slack, strict=True)]
        places = _reaching(text[-end:], ends, needed - (len(text) - end))
    remaining = [others[place] for place in places.tolist()]
    places = places[_reaching(text, remaining, needed[places])]
    ratios = ((place, fuzz.ratio(text, others[place])) for place in places.tolist())
    return [(place, ratio / 100) for place, ratio in ratios if ratio >= threshold.percent]


def _reaching(text: str, others: Sequence[str], needed: Integers) -> Integers:
    """The places in `others` whose longest common subsequence with `text` has at least `needed` letters.

    Without rapidfuzz's `score_cutoff`: in 3.14.6 `cdist` gives 0 for some pairs that reach the cutoff exactly, once the
    texts are longer than 64 letters.
    """
    if not others:
        return np.empty(0, np.int64)
    common = process.cdist([text], others, scorer=LCSseq.similarity, dtype=np.int32)[0]
    return np.flatnonzero(common >= needed)


def verified(
    pairs: Pairs, texts: Texts, others: Texts, threshold: Threshold, pool: Executor
) -> Iterator[list[Scored]]:
    """Starts verifying the pairs on the pool's threads at once (rapidfuzz lets go of the interpreter's lock)."""
    if len(np.unique(pairs.row)) > len(np.unique(pairs.column)):
        found = verified(pairs.turned(), others, texts, threshold, pool)
        return ([(row, column, score) for column, row, score in scored] for scored in found)

    def verify(group: Pairs) -> list[Scored]:
        row, columns = int(group.row[0]), group.column.tolist()
        scored = _verify(texts[row], [others[column] for column in columns], group.needed, threshold)
        return [(row, columns[place], score) for place, score in scored]

    return pool.map(verify, pairs.by_row())
