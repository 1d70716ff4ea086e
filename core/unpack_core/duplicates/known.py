"""What has been compared already, as comparing sees it: read once, kept between two questions, caught up with after.

A new text is compared in milliseconds, but reading the signatures of its whole kind takes ten times as long. So whoever
compares again and again, as the worker beside the screen, keeps a `Memory`. Other processes may compare meanwhile, and
all may be begun anew at another threshold: `turn` tells, and then what is new is read, or everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import orjson

from unpack_core.store import Store

if TYPE_CHECKING:
    from unpack_core.neardup import Index, Scored

COMPARED = "dedupe.compared"
"""At which threshold and in which way texts were compared; `part`, a number that grows with each part that is kept, so
that two processes that compare at the same time notice each other; and `begun`, the part with which it all began."""
UPTO = "dedupe.upto"
"""All versions up to this one have a signature."""

_HELD = 250_000
"""Texts of the kinds that were asked for last are kept in memory, some 170 bytes each."""

New = tuple[int, str]
"""A version that has not been compared, and its text."""


def next_part(store: Store) -> int:
    """A number for what is kept next, higher than any before."""
    return int((store.setting(COMPARED) or {}).get("part", 0)) + 1


class Memory:
    """What is known of the kinds, as far as it has been asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kinds: dict[str, Known] = {}

    def of(self, kind: str) -> Known:
        """What is known of a kind, as it is in the database at this moment."""
        known = self._kinds.pop(kind, None)
        if known is None or not known.catch_up():
            known = Known(self._store, kind)
        self._kinds[kind] = known  # the last is the one that was asked for last
        for old in list(self._kinds)[:-1]:
            if sum(map(len, self._kinds.values())) > _HELD:
                del self._kinds[old]
        return known


class Known:
    """The texts of a kind that have been compared already, as they were when that was last looked up."""

    def __init__(self, store: Store, kind: str) -> None:
        from unpack_core.neardup import Index  # numpy: only who compares pays for it

        self._store = store
        self._kind = kind
        self._turn: dict[str, Any] = store.setting(COMPARED)  # before what it stands for: so it is never too new
        self._upto: int = store.setting(UPTO, 0)
        self._index: Index = Index(lambda keys: _texts(store, keys), lambda keys: _signatures(store, keys))
        self._index.extend(
            store.rows(
                "SELECT g.version_id, g.length, g.letters FROM signature g"
                " JOIN version v ON v.id = g.version_id JOIN layer l ON l.id = v.layer_id WHERE l.kind = ?",
                (kind,),
            ).fetchall()
        )

    def __len__(self) -> int:
        return len(self._index)

    def catch_up(self) -> bool:
        """Read what has been compared elsewhere since; False where all was begun anew, and nothing of this holds."""
        turn = self._store.setting(COMPARED)
        if turn == self._turn:
            return True
        if not turn or {**turn, "part": 0} != {**self._turn, "part": 0}:
            return False
        ids = self._store.rows(  # up to there they are known, whatever has come since
            "SELECT g.version_id FROM signature g JOIN version v ON v.id = g.version_id"
            " JOIN layer l ON l.id = v.layer_id WHERE g.version_id > ? AND l.kind = ?",
            (self._upto, self._kind),
        ).fetchall()
        missing = self._index.unknown([version_id for (version_id,) in ids])
        self._index.extend(
            self._store.rows(
                "SELECT version_id, length, letters FROM signature"
                " WHERE version_id IN (SELECT value FROM json_each(?))",
                (orjson.dumps(missing).decode(),),
            ).fetchall()
        )
        self._turn = turn
        return True

    def compare(self, new: Sequence[New]) -> bool:
        """Compare some with each other and with all that is known, and keep it; False where it is not all any more.

        None of them may have been compared already.
        """
        from unpack_core.neardup import join, normalize, signature

        if not new:
            return True
        try:
            found = list(join(new, self._index, self._turn["threshold"]))
        except KeyError:
            if self._store.setting(COMPARED) == self._turn:
                raise
            return False  # all was begun anew, and what is known here could not be looked up any more
        normalized = [(version_id, normalize(text)) for version_id, text in new]
        marks = [(version_id, len(text), signature(text)) for version_id, text in normalized]
        with self._store.write():
            if self._store.setting(COMPARED) != self._turn:
                return False
            _keep(self._store, found, marks)
            turn = {**self._turn, "part": next_part(self._store)}
            self._store.set_setting(COMPARED, turn)
        self._index.extend(marks)
        self._turn = turn  # last: whoever is broken off before will look up what has come
        return True


def _keep(store: Store, found: Sequence[Scored], marks: Sequence[tuple[int, int, bytes]]) -> None:
    store.connection.executemany(
        "INSERT OR IGNORE INTO resemblance (a_id, b_id, score) SELECT min(a.id, b.id), max(a.id, b.id), ?"
        " FROM version a, version b WHERE a.id = ? AND b.id = ? AND a.layer_id <> b.layer_id",
        ((score, one, other) for one, other, score in found),
    )
    store.connection.executemany(
        "INSERT OR IGNORE INTO signature (version_id, length, letters) VALUES (?, ?, ?)", marks
    )


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
