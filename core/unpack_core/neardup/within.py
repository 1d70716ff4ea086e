"""All near-duplicates among some texts that are in memory."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations, product

from unpack_core.neardup.bounds import Letters, Pairs, Threshold, candidates
from unpack_core.neardup.text import narrow, normalize
from unpack_core.neardup.verify import Scored, Side, verified

Progress = Callable[[int, int], None]
"""Is told how many pairs of texts are done, and of how many."""

_BLOCK = 512
"""So many texts are compared with the others before what the bounds left of them is verified."""


class Distinct:
    """Texts, normalised, without their copies and sorted by length: a copy resembles what its original resembles."""

    def __init__(self, texts: Iterable[str]) -> None:
        holders = defaultdict[str, list[int]](list)
        for place, text in enumerate(texts):
            holders[normalize(text)].append(place)
        self.texts = sorted(holders, key=len)
        self.holders = [holders[text] for text in self.texts]
        """The places of the texts that each of them stands for, in rising order."""
        self.letters = Letters.of(self.texts)
        self.side = Side(self.texts, narrow(self.texts))


def pairs(
    texts: Sequence[str], threshold: float, *, progress: Progress | None = None, workers: int | None = None
) -> Iterator[Scored]:
    """Every pair of near-duplicates among some texts, as (i, j, score) with i < j, each once, in no promised order.

    Texts are given as they are and normalised here. The score is the ratio over 100. `workers` threads verify, as many
    as there are processors if None. Raises ValueError for a threshold that is not between 0 and 1.
    """
    return pairs_of(Distinct(texts), Threshold(threshold), progress, workers)


def pairs_of(
    distinct: Distinct, threshold: Threshold, progress: Progress | None, workers: int | None
) -> Iterator[Scored]:
    """`pairs` of what is normalised already."""
    for places in distinct.holders:
        yield from ((first, second, 1.0) for first, second in combinations(places, 2))
    count = len(distinct.texts)
    with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        waiting: Iterator[list[Scored]] = iter(())
        for top in range(0, count, _BLOCK):
            found = candidates(distinct.letters[top : top + _BLOCK], distinct.letters[top:], threshold)
            found = found[found.column > found.row]
            found = Pairs(found.row + top, found.column + top, found.needed)
            begun = verified(found, distinct.side, distinct.side, threshold, pool)
            yield from _spread(waiting, distinct)  # meanwhile
            waiting = begun
            if progress:
                rest = max(0, count - top - _BLOCK)
                progress((count * (count - 1) - rest * (rest - 1)) // 2, count * (count - 1) // 2)
        yield from _spread(waiting, distinct)


def _spread(found: Iterable[list[Scored]], distinct: Distinct) -> Iterator[Scored]:
    """What was found of distinct texts, for each pair of the places that hold them."""
    for scored in found:
        for row, column, score in scored:
            for first, second in product(distinct.holders[row], distinct.holders[column]):
                yield min(first, second), max(first, second), score
