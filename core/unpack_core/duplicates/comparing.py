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
from typing import Any

import orjson

from unpack_core.duplicates.known import COMPARED, UPTO, Memory, New, next_part
from unpack_core.duplicates.pairs import threshold
from unpack_core.store import Store

_MOST, _MOST_GENTLY = 4000, 500
"""At most so many new texts of a kind are compared in one go: their like are fetched once for all of them."""
_FEW = 50
_ATTEMPTS = 3
"""So often a few texts are compared anew because another process was quicker; then they wait for their turn."""
_QUICK_SECONDS = 0.5
"""A part that took less is followed by one of twice as many texts, one that took more by half as many."""


def to_compare(store: Store) -> int:
    """How many texts have not been compared yet."""
    if _must_begin_again(store):
        return int(store.one("SELECT count(*) FROM version")[0])
    upto = store.setting(UPTO, 0)
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
        store.set_setting(UPTO, 0)
        if compared := store.setting(COMPARED):
            _begin(store, compared)


def _begin(store: Store, compared: dict[str, Any]) -> None:
    """Let whoever remembers what was compared before notice that it is no more."""
    part = next_part(store)
    store.set_setting(COMPARED, {**compared, "part": part, "begun": part})


def catch_up(
    store: Store,
    progress: Callable[[int, int], None] | None = None,
    *,
    seconds: float | None = None,
    gently: bool = False,
    memory: Memory | None = None,
) -> int:
    """Compare what is new, for about so long at most; returns how many texts are left.

    `progress` is told how many texts are done, and of how many. `gently` holds the write lock for moments
    only. Another process may compare at the same time. A `memory` spares the next call reading.
    """
    total = to_compare(store)
    if not total:
        return 0
    from unpack_core.neardup import REVISION  # numpy: only who compares pays for it

    if _must_begin_again(store, REVISION):
        with store.write():
            forget(store)
            _begin(store, {"threshold": threshold(store), "revision": REVISION})
        total = to_compare(store)
    ends = monotonic() + seconds if seconds is not None else None
    last = store.last("version")
    done = 0
    memory = memory or Memory(store)
    for kind in _kinds(store):
        for compared in _compare_kind(store, kind, last, memory, gently=gently):
            done += compared
            if progress:
                progress(min(done, total), total)
            if ends is not None and monotonic() >= ends:
                return to_compare(store)
    with store.write():
        if not store.one(
            "SELECT 1 FROM version v WHERE v.id > ? AND v.id <= ?"
            " AND NOT EXISTS (SELECT 1 FROM signature WHERE version_id = v.id) LIMIT 1",
            (store.setting(UPTO, 0), last),
        ):
            store.set_setting(UPTO, last)
    return to_compare(store)


def compare_now(store: Store, version_ids: Sequence[int], memory: Memory | None = None) -> None:
    """Compare a few new texts with all that were compared before, whatever else waits: some hundredths of a second.

    What waits will be compared with them in its turn. Nothing is done where all must be compared anew. A `memory`
    spares the next call reading what was compared.
    """
    from unpack_core.neardup import REVISION

    if _must_begin_again(store, REVISION):
        return
    rows = store.rows(
        "SELECT l.kind, v.id, v.text FROM version v JOIN layer l ON l.id = v.layer_id"
        " WHERE v.id IN (SELECT value FROM json_each(?)) ORDER BY l.kind, v.id",
        (orjson.dumps(version_ids).decode(),),
    ).fetchall()
    memory = memory or Memory(store)
    for kind, of_kind in groupby(rows, itemgetter(0)):
        new = [(version_id, text) for _, version_id, text in of_kind]
        for _ in range(_ATTEMPTS):
            known = memory.of(kind)
            if known.compare([one for one in new if not _has_signature(store, one[0])]):
                break


def _has_signature(store: Store, version_id: int) -> bool:
    return store.one("SELECT 1 FROM signature WHERE version_id = ?", (version_id,)) is not None


def _kinds(store: Store) -> list[str]:
    """The kinds that new texts are of."""
    rows = store.rows(
        "SELECT DISTINCT l.kind FROM version v JOIN layer l ON l.id = v.layer_id WHERE v.id > ?"
        " AND NOT EXISTS (SELECT 1 FROM signature WHERE version_id = v.id) ORDER BY 1",
        (store.setting(UPTO, 0),),
    )
    return [kind for (kind,) in rows.fetchall()]


def _compare_kind(store: Store, kind: str, last: int, memory: Memory, *, gently: bool) -> Iterator[int]:
    """Compare the new texts of a kind part by part; gives how many each part had."""
    size, most = _FEW, _MOST_GENTLY if gently else _MOST
    known, after = None, 0
    while True:
        began = monotonic()
        current = memory.of(kind)  # with what another process, or the curator's own question, brought meanwhile
        if current is not known:
            known, after = current, store.setting(UPTO, 0)
        new = _new(store, kind, after, last, size)
        if not new:
            return
        if known.compare(new):
            after = new[-1][0]
            yield len(new)
            size = min(most, 2 * size) if monotonic() - began < _QUICK_SECONDS else max(_FEW, size // 2)


def _new(store: Store, kind: str, after: int, last: int, most: int) -> list[New]:
    """Texts of a kind that have not been compared, in the order of the ids of their versions."""
    return store.rows(
        "SELECT v.id, v.text FROM version v JOIN layer l ON l.id = v.layer_id WHERE l.kind = ? AND v.id > ?"
        " AND v.id <= ? AND NOT EXISTS (SELECT 1 FROM signature WHERE version_id = v.id) ORDER BY v.id LIMIT ?",
        (kind, after, last, most),
    ).fetchall()


def _must_begin_again(store: Store, revision: str | None = None) -> bool:
    """Whether texts were compared at a higher threshold than is asked for now, or in another way."""
    compared = store.setting(COMPARED)
    if not compared or threshold(store) < compared["threshold"]:
        return True
    return revision is not None and compared["revision"] != revision
