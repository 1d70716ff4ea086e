"""Near-duplicates past the size where everything can be compared: candidates by MinHash, verified, with their recall.

What is given are pairs indeed: rapidfuzz has the last word, as always. But some are missed, and how many is measured: a
sample of the texts is compared with everything, exactly. Nothing of this is ever stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from rapidfuzz import fuzz

from unpack_core.errors import UnpackError
from unpack_core.stats.certainty import Interval, wilson

_PERMUTATIONS, _BANDS = 128, 32
"""32 bands of 4: two texts of which half of the 5-grams are shared are a candidate with a chance of 0.87."""
_GRAM = 5
_SAMPLE = 1000

Texts = Sequence[tuple[int, str]]
"""Keys and texts as they are; those of one kind."""

Scored = tuple[int, int, float]


class ApproximateError(UnpackError):
    """What this way needs and does not find."""


@dataclass(frozen=True, slots=True)
class Recall:
    """How many of the true pairs of some sampled texts were found."""

    texts: int
    """Compared exactly."""
    clusters: int
    """Those of them that have a near-duplicate at all."""
    true: int
    found: int

    @property
    def share(self) -> float:
        return self.found / self.true if self.true else 1.0

    @property
    def interval(self) -> Interval:
        """At 95 %, as if each text with near-duplicates had been asked once.

        The pairs of one text are missed or found together more often than not: counting each as a witness of its own
        would make the interval too narrow. Without any, all is possible.
        """
        return wilson(round(self.share * self.clusters), self.clusters)


def approximate(
    kinds: Sequence[Texts], threshold: float, progress: Callable[[int, int], None]
) -> tuple[list[Scored], Recall]:
    """Pairs of keys, the lesser first, with their scores, in order, each kind by itself; and what share of all it is.

    Raises ApproximateError where rensa is not installed.
    """
    try:
        import rensa  # an optional extra, and only who asks for it pays for it
    except ImportError as error:
        raise ApproximateError(
            "--approximate needs the package rensa: pip install 'unpack-tui[approximate]'. Without it, leave "
            "--approximate out: then all texts are compared."
        ) from error
    from unpack_core.neardup import normalize

    total, done = sum(map(len, kinds)), 0
    found: list[Scored] = []
    counts = [0, 0, 0, 0]
    for texts in kinds:
        normalized = [(key, normalize(text)) for key, text in texts]
        mine: dict[tuple[int, int], float] = {}
        for n, (one, other) in enumerate(_candidates(rensa, normalized)):
            ratio = fuzz.ratio(normalized[one][1], normalized[other][1])
            if ratio >= 100 * threshold:
                first, second = sorted((normalized[one][0], normalized[other][0]))
                mine[first, second] = ratio / 100
            if n % 1000 == 0:
                progress(done + max(one, other), total)
        done += len(texts)
        progress(done, total)
        for n, number in enumerate(_sampled(texts, set(mine), threshold, _SAMPLE * len(texts) // total + 1)):
            counts[n] += number
        found += ((a, b, score) for (a, b), score in mine.items())
    return sorted(found), Recall(*counts)


def _candidates(rensa: Any, texts: Texts) -> Iterator[tuple[int, int]]:  # a compiled module without types
    """Places of texts that may resemble each other, each pair once; copies are candidates without being hashed."""
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for place, (_, text) in enumerate(texts):
        holders[text].append(place)
    index = rensa.RMinHashLSH(threshold=0.5, num_perm=_PERMUTATIONS, num_bands=_BANDS)
    groups = list(holders.values())
    for number, places in enumerate(groups):
        yield from ((places[n], later) for n in range(len(places)) for later in places[n + 1 :])
        text = texts[places[0]][1]
        sketch = rensa.RMinHash(num_perm=_PERMUTATIONS, seed=42)
        sketch.update([text[n : n + _GRAM] for n in range(max(1, len(text) - _GRAM + 1))])
        for other in index.query(sketch):
            yield from ((one, two) for one in groups[other] for two in places)
        index.insert(number, sketch)


def _sampled(texts: Texts, found: set[tuple[int, int]], threshold: float, size: int) -> tuple[int, int, int, int]:
    """What `Recall` counts, of a sample of one kind: the same one each time."""
    from unpack_core.neardup import Index, join, normalize, signature

    size = min(size, len(texts))
    chosen = set(Random(0).sample(range(len(texts)), size))
    rest = {key: text for n, (key, text) in enumerate(texts) if n not in chosen}

    def texts_of(keys: Sequence[int]) -> list[str]:
        return [normalize(rest[key]) for key in keys]

    index = Index(texts_of, lambda keys: [signature(text) for text in texts_of(keys)])
    for key in rest:
        (text,) = texts_of([key])
        index.add(key, len(text), signature(text))
    true: defaultdict[int, set[tuple[int, int]]] = defaultdict(set)
    sample = [texts[place] for place in sorted(chosen)]
    keys = {key for key, _ in sample}
    for one, other, _ in join(sample, index, threshold):
        pair = (min(one, other), max(one, other))
        for key in keys & {one, other}:
            true[key].add(pair)
    every = [pair for pairs in true.values() for pair in pairs]
    return size, len(true), len(every), sum(pair in found for pair in every)
