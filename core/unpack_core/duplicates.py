"""Near-duplicates in the database: found once, looked up in an instant, settled as steps of the log.

Every version is compared once with all versions of its kind on other layers, so that whichever becomes a head later
has its pairs already. A version that has a `signature` has been compared; the others are still to compare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from unpack_core.errors import StoreError
from unpack_core.filter import LAYERS
from unpack_core.filter.fields import DEFAULT_THRESHOLD
from unpack_core.model import Status
from unpack_core.store import Step, Store

_CHUNK = 4000
_THRESHOLD = "dedupe.threshold"
_COMPARED = "dedupe.compared"
_PAIRS = (
    "resemblance r JOIN layer a ON a.head_id = r.a_id JOIN layer b ON b.head_id = r.b_id"
    " LEFT JOIN settlement s ON s.a_id = min(a.id, b.id) AND s.b_id = max(a.id, b.id)"
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two layers whose heads are near-duplicates, a < b; the state is open, distinct, kept or merged."""

    a: int
    b: int
    score: float
    state: str


def threshold(store: Store) -> float:
    """The ratio, from 0 to 1, from which two texts count as near-duplicates."""
    return float(store.setting(_THRESHOLD, DEFAULT_THRESHOLD))


def set_threshold(store: Store, value: float) -> None:
    """Keep a threshold for this database; a lower one than texts were compared with has them all compared again."""
    if not 0.5 <= value <= 1:
        raise StoreError(f"A threshold of {value} makes no sense: give one from 0.5 to 1, as 0.85.")
    store.set_setting(_THRESHOLD, value)


def to_compare(store: Store) -> int:
    """How many texts have not been compared yet."""
    if _must_begin_again(store):
        return int(store.one("SELECT count(*) FROM version")[0])
    return int(store.one("SELECT (SELECT count(*) FROM version) - (SELECT count(*) FROM signature)")[0])


def catch_up(store: Store, progress: Callable[[int, int], None] | None = None) -> None:
    """Compare what is new. Each part is kept as it is done, so that a run may be broken off and go on later.

    `progress` is told how many texts are done, and of how many.
    """
    from unpack_core.neardup import REVISION, Index, join, normalize, signature  # numpy: only who compares pays for it

    at = threshold(store)
    if _must_begin_again(store, REVISION):
        with store.write():
            store.rows("DELETE FROM resemblance")
            store.rows("DELETE FROM signature")
            store.set_setting(_COMPARED, {"threshold": at, "revision": REVISION})
    at = float(store.setting(_COMPARED)["threshold"])
    total, done = to_compare(store), 0
    for (kind,) in store.rows("SELECT DISTINCT kind FROM layer ORDER BY kind").fetchall():
        index: Index | None = None
        while rows := store.rows(
            "SELECT v.id, v.layer_id, v.text FROM version v JOIN layer l ON l.id = v.layer_id"
            " WHERE l.kind = ? AND NOT EXISTS (SELECT 1 FROM signature WHERE version_id = v.id)"
            " ORDER BY v.id LIMIT ?",
            (kind, _CHUNK),
        ).fetchall():
            if index is None:
                index = Index(lambda keys: _texts(store, keys))
                index.extend(
                    store.rows(
                        "SELECT g.version_id, g.length, g.letters FROM signature g"
                        " JOIN version v ON v.id = g.version_id JOIN layer l ON l.id = v.layer_id WHERE l.kind = ?",
                        (kind,),
                    ).fetchall()
                )
            found = list(join([(version_id, text) for version_id, _, text in rows], index, at))
            marks = [(version_id, len(text), signature(text)) for version_id, text in
                     ((version_id, normalize(text)) for version_id, _, text in rows)]  # fmt: skip
            with store.write():
                store.db.conn.executemany(
                    "INSERT OR IGNORE INTO resemblance SELECT min(a.id, b.id), max(a.id, b.id), ?"
                    " FROM version a, version b WHERE a.id = ? AND b.id = ? AND a.layer_id <> b.layer_id",
                    ((score, one, other) for one, other, score in found),
                )
                store.db.conn.executemany("INSERT OR IGNORE INTO signature VALUES (?, ?, ?)", marks)
            index.extend(marks)
            done += len(rows)
            if progress:
                progress(done, total)


def pairs(store: Store, *, at: float | None = None) -> Iterator[Pair]:
    """All pairs of heads that have been found at the threshold, by their layers."""
    at = threshold(store) if at is None else at
    for row in store.rows(
        f"SELECT min(a.id, b.id) AS first, max(a.id, b.id) AS second, r.score, coalesce(s.state, 'open') FROM {_PAIRS}"
        " WHERE r.score >= ? ORDER BY first, second",
        (at,),
    ):
        yield Pair(*row)


def counts(store: Store) -> tuple[int, int]:
    """How many pairs are open, and how many settled."""
    opened, settled_ones = store.one(
        f"SELECT count(*) FILTER (WHERE s.state IS NULL), count(s.state) FROM {_PAIRS} WHERE r.score >= ?",
        (threshold(store),),
    )
    return opened, settled_ones


def unsettled(store: Store, condition: str, parameters: Sequence[object]) -> int:
    """How many open pairs have both layers among those that a condition over l, p, d and v finds."""
    layers = f"SELECT l.id FROM {LAYERS} WHERE {condition}"
    return int(
        store.one(
            f"SELECT count(*) FROM {_PAIRS} WHERE r.score >= ? AND s.state IS NULL"
            f" AND a.id IN ({layers}) AND b.id IN ({layers})",
            (threshold(store), *parameters, *parameters),
        )[0]
    )


def resembles(store: Store, layer_id: int) -> list[Pair]:
    """The pairs of one layer, best first."""
    rows = store.rows(
        f"SELECT min(a.id, b.id), max(a.id, b.id), r.score, coalesce(s.state, 'open') FROM {_PAIRS}"
        " WHERE r.score >= ?1 AND r.a_id = (SELECT head_id FROM layer WHERE id = ?2)"
        f" UNION SELECT min(a.id, b.id), max(a.id, b.id), r.score, coalesce(s.state, 'open') FROM {_PAIRS}"
        " WHERE r.score >= ?1 AND r.b_id = (SELECT head_id FROM layer WHERE id = ?2) ORDER BY 3 DESC, 1, 2",
        (threshold(store), layer_id),
    )
    return [Pair(*row) for row in rows]


def keep(store: Store, kept: int, others: Sequence[int]) -> Step | None:
    """Keep one copy: the others are rejected as near-duplicates of it, in one step."""
    return store.settle(kept, others, "kept", Status.REJECTED, note=f"near-duplicate of layer {kept}")


def keep_both(store: Store, one: int, other: int) -> Step | None:
    """Two texts that are not copies of each other, whatever the score: remembered for that pair for ever."""
    return store.settle(one, [other], "distinct", None)


def _must_begin_again(store: Store, revision: str | None = None) -> bool:
    """Whether texts were compared at a higher threshold than is asked for now, or in another way."""
    compared = store.setting(_COMPARED)
    if not compared or threshold(store) < compared["threshold"]:
        return True
    return revision is not None and compared["revision"] != revision


def _texts(store: Store, keys: Sequence[int]) -> list[str]:
    """The normalised texts of some versions, in their order."""
    from unpack_core.neardup import normalize

    return [normalize(store.version(key).text) for key in keys]
