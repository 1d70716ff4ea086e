"""Comparing what is new, as it comes.

Every version is compared once with all versions of its kind on other layers, so that whichever becomes a head later
has its pairs already, and a version that was rejected is known when its like comes again. A version that has a
`signature` has been compared. What is done is kept part by part, so that comparing may be broken off at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from time import monotonic
from typing import TYPE_CHECKING

import orjson

from unpack_core.duplicates.pairs import threshold
from unpack_core.store import Store

if TYPE_CHECKING:
    from unpack_core.neardup import Index, Scored

_COMPARED = "dedupe.compared"
"""At which threshold and in which way texts were compared, and a number that grows with each part that is kept: so two
processes that compare at the same time notice each other."""
_UPTO = "dedupe.upto"
_MOST, _MOST_GENTLY = 4000, 500
"""At most so many new texts of a kind are compared in one go: their like are fetched once for all of them."""
_FEW = 50
_ATTEMPTS = 3
"""So often a few texts are compared anew because another process was quicker; then they wait for their turn."""
_QUICK_SECONDS = 0.5
"""A part that took less is followed by one of twice as many texts, one that took more by half as many."""

_New = tuple[int, str]


def to_compare(store: Store) -> int:
    """How many texts have not been compared yet."""
    if _must_begin_again(store):
        return int(store.one("SELECT count(*) FROM version")[0])
    upto = store.setting(_UPTO, 0)
    return int(
        store.one(
            "SELECT (SELECT count(*) FROM version WHERE id > ?1) - (SELECT count(*) FROM signature"
            " WHERE version_id > ?1)",
            (upto,),
        )[0]
    )


def forget(store: Store) -> None:
    """Let all texts be compared again."""
    with store.write():
        store.rows("DELETE FROM resemblance")
        store.rows("DELETE FROM signature")
        store.set_setting(_UPTO, 0)


def catch_up(
    store: Store,
    progress: Callable[[int, int], None] | None = None,
    *,
    seconds: float | None = None,
    gently: bool = False,
) -> int:
    """Compare what is new, for about so long at most; returns how many texts are left.

    `progress` is told how many texts are done, and of how many. `gently` leaves a processor to others and holds the
    write lock for moments only. Another process may compare at the same time.
    """
    total = to_compare(store)
    if not total:
        return 0
    from unpack_core.neardup import REVISION  # numpy: only who compares pays for it

    if _must_begin_again(store, REVISION):
        with store.write():
            forget(store)
            store.set_setting(_COMPARED, {"threshold": threshold(store), "revision": REVISION})
        total = to_compare(store)
    ends = monotonic() + seconds if seconds is not None else None
    last = store.last("version")
    done = 0
    for kind in _kinds(store):
        for compared in _compare_kind(store, kind, last, gently=gently):
            done += compared
            if progress:
                progress(min(done, total), total)
            if ends is not None and monotonic() >= ends:
                return to_compare(store)
    with store.write():
        if not store.one(
            "SELECT 1 FROM version v WHERE v.id > ? AND v.id <= ?"
            " AND NOT EXISTS (SELECT 1 FROM signature WHERE version_id = v.id) LIMIT 1",
            (store.setting(_UPTO, 0), last),
        ):
            store.set_setting(_UPTO, last)
    return to_compare(store)


def compare_now(store: Store, version_ids: Sequence[int]) -> None:
    """Compare a few new texts with all that were compared before, whatever else waits: some hundredths of a second.

    What waits will be compared with them in its turn. Nothing is done where all must be compared anew.
    """
    from unpack_core.neardup import REVISION

    if _must_begin_again(store, REVISION):
        return
    rows = store.rows(
        "SELECT l.kind, v.id, v.text FROM version v JOIN layer l ON l.id = v.layer_id"
        " WHERE v.id IN (SELECT value FROM json_each(?)) ORDER BY l.kind, v.id",
        (orjson.dumps(version_ids).decode(),),
    ).fetchall()
    for kind, of_kind in groupby(rows, itemgetter(0)):
        new = [(version_id, text) for _, version_id, text in of_kind]
        for _ in range(_ATTEMPTS):
            known = _Known(store, kind, workers=1)
            if known.compare([(version_id, text) for version_id, text in new if version_id not in known]):
                break


def _kinds(store: Store) -> list[str]:
    """The kinds that new texts are of."""
    rows = store.rows(
        "SELECT DISTINCT l.kind FROM version v JOIN layer l ON l.id = v.layer_id WHERE v.id > ?"
        " AND NOT EXISTS (SELECT 1 FROM signature WHERE version_id = v.id) ORDER BY 1",
        (store.setting(_UPTO, 0),),
    )
    return [kind for (kind,) in rows.fetchall()]


def _compare_kind(store: Store, kind: str, last: int, *, gently: bool) -> Iterator[int]:
    """Compare the new texts of a kind part by part; gives how many each part had."""
    known = _Known(store, kind, workers=1 if gently else None)
    size, most = _FEW, _MOST_GENTLY if gently else _MOST
    while new := known.new(size, last):
        began = monotonic()
        if known.compare(new):
            yield len(new)
            size = min(most, 2 * size) if monotonic() - began < _QUICK_SECONDS else max(_FEW, size // 2)
        else:  # another process has compared meanwhile: what it brought is to be compared with too
            known = _Known(store, kind, workers=known.workers)


class _Known:
    """The texts of a kind that have been compared already, as they were at one moment."""

    def __init__(self, store: Store, kind: str, workers: int | None) -> None:
        from unpack_core.neardup import Index

        self.workers = workers
        self._store = store
        self._kind = kind
        self._from = store.setting(_UPTO, 0)
        self._turn = store.setting(_COMPARED)
        self._index: Index = Index(lambda keys: _texts(store, keys), lambda keys: _signatures(store, keys))
        self._index.extend(
            store.rows(
                "SELECT g.version_id, g.length, substr(g.letters, 1, 64) FROM signature g"
                " JOIN version v ON v.id = g.version_id JOIN layer l ON l.id = v.layer_id WHERE l.kind = ?",
                (kind,),
            ).fetchall()
        )

    def new(self, most: int, last: int) -> list[_New]:
        """Texts, by the ids of their versions, that have not been compared."""
        return self._store.rows(
            "SELECT v.id, v.text FROM version v JOIN layer l ON l.id = v.layer_id WHERE l.kind = ? AND v.id > ?"
            " AND v.id <= ? AND NOT EXISTS (SELECT 1 FROM signature WHERE version_id = v.id) ORDER BY v.id LIMIT ?",
            (self._kind, self._from, last, most),
        ).fetchall()

    def __contains__(self, version_id: int) -> bool:
        return self._store.one("SELECT 1 FROM signature WHERE version_id = ?", (version_id,)) is not None

    def compare(self, new: Sequence[_New]) -> bool:
        """Compare some with each other and with all that is known, and keep it; False where it is not all any more."""
        if not new:
            return True
        from unpack_core.neardup import join, normalize, signature

        found = list(join(new, self._index, self._turn["threshold"], workers=self.workers))
        normalized = [(version_id, normalize(text)) for version_id, text in new]
        marks = [(version_id, len(text), signature(text)) for version_id, text in normalized]
        with self._store.write():
            if self._store.setting(_COMPARED) != self._turn:
                return False
            _keep(self._store, found, marks)
            self._turn = {**self._turn, "part": self._turn.get("part", 0) + 1}
            self._store.set_setting(_COMPARED, self._turn)
        self._index.extend(marks)
        self._from = max([self._from, *(version_id for version_id, _ in new)])
        return True


def _keep(store: Store, found: Sequence[Scored], marks: Sequence[tuple[int, int, bytes]]) -> None:
    store.connection.executemany(
        "INSERT OR IGNORE INTO resemblance SELECT min(a.id, b.id), max(a.id, b.id), ?"
        " FROM version a, version b WHERE a.id = ? AND b.id = ? AND a.layer_id <> b.layer_id",
        ((score, one, other) for one, other, score in found),
    )
    store.connection.executemany("INSERT OR IGNORE INTO signature VALUES (?, ?, ?)", marks)


def _must_begin_again(store: Store, revision: str | None = None) -> bool:
    """Whether texts were compared at a higher threshold than is asked for now, or in another way."""
    compared = store.setting(_COMPARED)
    if not compared or threshold(store) < compared["threshold"]:
        return True
    return revision is not None and compared["revision"] != revision


def _texts(store: Store, keys: Sequence[int]) -> list[str]:
    """The normalised texts of some versions, in their order."""
    from unpack_core.neardup import normalize

    rows = store.rows(
        "SELECT id, text FROM version WHERE id IN (SELECT value FROM json_each(?))", (orjson.dumps(keys).decode(),)
    )
    found = {version_id: normalize(text) for version_id, text in rows}
    return [found[key] for key in keys]


def _signatures(store: Store, keys: Sequence[int]) -> list[bytes]:
    """The signatures of some versions, in their order."""
    rows = store.rows(
        "SELECT version_id, letters FROM signature WHERE version_id IN (SELECT value FROM json_each(?))",
        (orjson.dumps(keys).decode(),),
    )
    found = dict(rows)
    return [found[key] for key in keys]
