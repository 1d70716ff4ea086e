"""Pairs of near-duplicates: all, those of one layer, how many are settled; and what resembles a rejected text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from unpack_core.errors import StoreError
from unpack_core.joins import LAYERS
from unpack_core.likeness import ALL_PAIRS, DEFAULT_THRESHOLD, PAIRS, STATE, least_score
from unpack_core.model import Origin
from unpack_core.store import Store

if TYPE_CHECKING:  # an import that only whoever filters waits for
    from unpack_core.filter import Clause

_THRESHOLD = "dedupe.threshold"
_PAIR = f"SELECT min(a.id, b.id) AS first, max(a.id, b.id) AS second, r.score, {STATE} AS state FROM {PAIRS}"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two layers whose heads are near-duplicates, a < b; the state is open, distinct, kept or merged."""

    a: int
    b: int
    score: float
    state: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A text that was rejected and is not shown any more, and how much a head resembles it."""

    layer_id: int
    version_id: int
    score: float


def threshold(store: Store) -> float:
    """The ratio, from 0 to 1, from which two texts count as near-duplicates."""
    return float(store.setting(_THRESHOLD, DEFAULT_THRESHOLD))


def set_threshold(store: Store, value: float) -> None:
    """Keep a threshold for this database; a lower one than texts were compared with has them all compared again."""
    if not 0.5 <= value <= 1:
        raise StoreError(f"A threshold of {value} makes no sense: give one from 0.5 to 1, as 0.85.")
    store.set_setting(_THRESHOLD, value)


def pairs(store: Store, where: Clause | None = None) -> Iterator[Pair]:
    """All pairs of heads that have been found at the threshold, by their layers; or those a filter finds a layer of."""
    least = least_score(threshold(store))
    found = f"{_PAIR} WHERE r.score >= ?"
    parameters: tuple[object, ...] = (least,)
    if where:
        layers = f"SELECT l.id FROM {LAYERS} WHERE {where.sql}"
        found += f" AND (a.id IN ({layers}) OR b.id IN ({layers}))"
        parameters = (least, *where.parameters, *where.parameters)
    for row in store.rows(f"{found} ORDER BY first, second", parameters):
        yield Pair(*row)


def head_texts(store: Store) -> Iterator[list[tuple[int, str]]]:
    """Layers and the texts they show, kind by kind."""
    for (kind,) in store.rows("SELECT DISTINCT kind FROM layer ORDER BY kind").fetchall():
        yield store.rows(
            "SELECT l.id, v.text FROM layer l JOIN version v ON v.id = l.head_id WHERE l.kind = ? ORDER BY l.id",
            (kind,),
        ).fetchall()


def with_states(store: Store, scored: Iterable[tuple[int, int, float]], where: Clause | None = None) -> Iterator[Pair]:
    """Pairs of layers that were found in another way: what is in force for each, and those that a filter finds."""
    from unpack_core.filter import layer_ids

    wanted = set(layer_ids(store, where)) if where else None
    for a, b, score in scored:
        if wanted is None or a in wanted or b in wanted:
            (state,) = store.one(
                f"SELECT {STATE} FROM layer a JOIN layer b LEFT JOIN settlement s ON s.a_id = a.id AND s.b_id = b.id"
                " WHERE a.id = ? AND b.id = ?",
                (a, b),
            )
            yield Pair(a, b, score, state)


def counts(store: Store) -> tuple[int, int]:
    """How many pairs are open, and how many settled."""
    opened, every = store.one(
        f"SELECT coalesce(sum(({STATE}) = 'open'), 0), count(*) FROM {ALL_PAIRS} WHERE r.score >= ?",
        (least_score(threshold(store)),),
    )
    return opened, every - opened


def any_open(store: Store) -> bool:
    """Whether there is a pair to settle."""
    condition = f"SELECT 1 FROM {ALL_PAIRS} WHERE r.score >= ? AND ({STATE}) = 'open' LIMIT 1"
    return store.one(condition, (least_score(threshold(store)),)) is not None


def unsettled(store: Store, condition: str, parameters: Sequence[object]) -> int:
    """How many open pairs have both layers among those that a condition over l, p, d and v finds."""
    layers = f"SELECT l.id FROM {LAYERS} WHERE {condition}"
    return int(
        store.one(  # + keeps SQLite from trying every layer that is found as the copy of every pair
            f"SELECT count(*) FROM {ALL_PAIRS} WHERE r.score >= ? AND ({STATE}) = 'open'"
            f" AND +a.id IN ({layers}) AND +b.id IN ({layers})",
            (least_score(threshold(store)), *parameters, *parameters),
        )[0]
    )


def resembles(store: Store, layer_id: int) -> list[Pair]:
    """The pairs of one layer, best first."""
    head = "(SELECT head_id FROM layer WHERE id = ?2)"
    rows = store.rows(
        f"{_PAIR} WHERE r.score >= ?1 AND r.a_id = {head} UNION {_PAIR} WHERE r.score >= ?1 AND r.b_id = {head}"
        " ORDER BY 3 DESC, 1, 2",
        (least_score(threshold(store)), layer_id),
    )
    return [Pair(*row) for row in rows]


def resembled_rejects(store: Store, layer_id: int) -> list[Rejected]:
    """The texts that were rejected and then replaced, on any layer, which the head of this one resembles, best first.

    A version was rejected if its layer was rejected when another version took its place. A layer's own rejected texts
    count where a model wrote the new one: what the curator mends by hand resembles what it was.
    """
    head, origin = store.one(
        "SELECT l.head_id, v.origin FROM layer l JOIN version v ON v.id = l.head_id WHERE l.id = ?", (layer_id,)
    )
    least = least_score(threshold(store))
    other = "SELECT iif(r.a_id = ?1, r.b_id, r.a_id) AS id, r.score FROM resemblance r"
    found = [
        Rejected(*row)
        for row in store.rows(
            f"SELECT v.layer_id, v.id, r.score FROM ({other} WHERE r.a_id = ?1 UNION ALL {other} WHERE r.b_id = ?1) r"
            " JOIN version v ON v.id = r.id JOIN layer l ON l.id = v.layer_id"
            f" WHERE r.score >= ?2 AND l.head_id <> v.id AND {_WAS_REJECTED}",
            (head, least),
        )
    ]
    if origin != Origin.EDITED:
        found += _own_rejects(store, layer_id, head, least)
    return sorted(found, key=lambda one: (-one.score, one.version_id))


def likest_reject(store: Store, version_id: int) -> float | None:
    """How much a version that is only offered resembles a text that was rejected, now or before; None for no such.

    As `resembled_rejects` has it of heads; one that is rejected now counts too, also that of its own layer.
    """
    version = store.version(version_id)
    least = least_score(threshold(store))
    gone = f"(l.head_id = v.id AND l.status = 'rejected' OR l.head_id <> v.id AND {_WAS_REJECTED})"
    other = "SELECT iif(r.a_id = ?1, r.b_id, r.a_id) AS id, r.score FROM resemblance r"
    (best,) = store.one(
        f"SELECT max(r.score) FROM ({other} WHERE r.a_id = ?1 UNION ALL {other} WHERE r.b_id = ?1) r"
        f" JOIN version v ON v.id = r.id JOIN layer l ON l.id = v.layer_id WHERE r.score >= ?2 AND {gone}",
        (version_id, least),
    )
    own = store.rows(
        f"SELECT v.text FROM version v JOIN layer l ON l.id = v.layer_id WHERE l.id = ? AND v.id <> ? AND {gone}",
        (version.layer_id, version_id),
    ).fetchall()
    scores = [score for (text,) in own if (score := likeness(text, version.text)) >= least]
    return max([*scores, *([best] if best else [])], default=None)


_WAS_REJECTED = (
    "(SELECT json_extract(e.before, '$.status') FROM event e WHERE e.layer_id = v.layer_id"
    " AND json_extract(e.before, '$.head') = v.id ORDER BY e.id DESC LIMIT 1) = 'rejected'"
)
"""Of a version v that is not the head: the last event that took it from its place found its layer rejected."""


def _own_rejects(store: Store, layer_id: int, head: int, least: float) -> Iterator[Rejected]:
    """Few, and never in `resemblance`, which knows pairs of different layers: compared when they are asked for."""
    rows = store.rows(
        f"SELECT v.id, v.text FROM version v WHERE v.layer_id = ? AND v.id <> ? AND {_WAS_REJECTED}", (layer_id, head)
    ).fetchall()
    for version_id, text in rows:
        score = likeness(text, store.version(head).text)
        if score >= least:
            yield Rejected(layer_id, version_id, score)


def likeness(one: str, other: str) -> float:
    """How much two texts are alike, from 0 to 1, as they are stored."""
    from rapidfuzz import fuzz

    from unpack_core.neardup import normalize

    return fuzz.ratio(normalize(one), normalize(other)) / 100
