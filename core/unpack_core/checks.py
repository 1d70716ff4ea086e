"""Findings in the database: every version is checked once, in slices; filters and orders ask for what was found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

import orjson

from unpack_core.database import DatabaseFile
from unpack_core.findings import REVISION, Finding
from unpack_core.model import Span

_REVISION = "findings.revision"
_OPENINGS = "findings.openings"
_SAMPLE = 4000
"""About so many layers of a batch, of all kinds, tell which openings are templates."""

_Text = tuple[int, str, str, str, str, int | None]
"""A version, its text, its paragraph's, its kind, the paragraph's language, its batch."""


def behind(store: DatabaseFile) -> int:
    """About how many versions are to be checked (ids are dense)."""
    return store.last("version") - _upto(store)


def catch_up(store: DatabaseFile, limit: int = 500) -> int:
    """Check up to `limit` versions that came since the last time, in one transaction; returns how many are left.

    About 0.3 ms a version. Two processes may do so at the same time: each takes the next slice.
    """
    if not behind(store):
        return 0
    with store.write():
        if _reached(store) is None:
            forget(store)
            store.set_setting(_REVISION, REVISION)
        rows = _texts(store, "v.id > ? ORDER BY v.id LIMIT ?", _upto(store), limit)
        _check(store, rows)
        if rows:
            store.rows("UPDATE indexed SET upto = ? WHERE name = 'finding'", (rows[-1][0],))
    return behind(store)


def check_again(store: DatabaseFile, paragraph_id: int) -> None:
    """A paragraph has another text: what was found in its versions is found anew. Inside the caller's transaction."""
    rows = _texts(store, "l.paragraph_id = ? AND v.id <= ? ORDER BY v.id", paragraph_id, _upto(store))
    store.connection.executemany("DELETE FROM finding WHERE version_id = ?", ((row[0],) for row in rows))
    _check(store, rows)


def _texts(store: DatabaseFile, where: str, *parameters: int) -> list[_Text]:
    return store.rows(
        "SELECT v.id, v.text, p.text, l.kind, p.lang, v.batch_id FROM version v JOIN layer l ON l.id = v.layer_id"
        f" JOIN paragraph p ON p.id = l.paragraph_id WHERE {where}",
        parameters,
    ).fetchall()


def _check(store: DatabaseFile, rows: Sequence[_Text]) -> None:
    from unpack_core.findings.looking import check  # where all is checked, nobody waits for the patterns

    openings = {batch_id: _openings(store, batch_id) for batch_id in {row[-1] for row in rows}}
    for version_id, text, source, kind, lang, batch_id in rows:
        found = check(text, source, kind=kind, lang=lang, openings=openings[batch_id].get(kind))
        store.connection.executemany(
            "INSERT INTO finding (version_id, name, message, layer_start, layer_end, source_start, source_end)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((version_id, one.name, one.message, *_ends(one.span_in_layer), *_ends(one.span_in_source))
             for one in found),
        )  # fmt: skip


def forget(store: DatabaseFile) -> None:
    """Let all versions be checked again."""
    with store.write():
        store.rows("DELETE FROM finding")
        store.rows("INSERT OR REPLACE INTO indexed (name, upto) VALUES ('finding', 0)")


def catch_up_all(store: DatabaseFile, most: int, progress: Callable[[int], None] = lambda _: None) -> None:
    """Check up to `most` versions, slice by slice; `progress` is told how many are left."""
    left = behind(store)
    while left and most > 0:
        left = catch_up(store)
        most -= 500
        progress(left)


def found(store: DatabaseFile, version_id: int) -> tuple[Finding, ...]:
    """What was found in a version, the weightiest first; nothing while it has not been checked."""
    rows = store.rows(
        "SELECT name, message, layer_start, layer_end, source_start, source_end FROM finding WHERE version_id = ?"
        " ORDER BY id",
        (version_id,),
    )
    return tuple(
        Finding(name, message, _span(start, end), _span(source_start, source_end))
        for name, message, start, end, source_start, source_end in rows
    )


def faulty(store: DatabaseFile, layer_ids: Sequence[int]) -> frozenset[int]:
    """Those of the layers in whose heads something was found."""
    rows = store.rows(
        "SELECT l.id FROM layer l WHERE l.id IN (SELECT value FROM json_each(?))"
        " AND EXISTS (SELECT 1 FROM finding WHERE version_id = l.head_id)",
        (orjson.dumps(layer_ids).decode(),),
    )
    return frozenset(layer_id for (layer_id,) in rows)


def counts_in(store: DatabaseFile, batch_id: int) -> dict[str, int]:
    """In how many layers of a batch each is found, the most frequent first."""
    return dict(
        store.rows(
            "SELECT f.name, count(DISTINCT l.id) FROM version v JOIN layer l ON l.head_id = v.id"
            " JOIN finding f ON f.version_id = v.id WHERE v.batch_id = ? GROUP BY f.name ORDER BY 2 DESC, 1",
            (batch_id,),
        ).fetchall()
    )


def _openings(store: DatabaseFile, batch_id: int | None) -> dict[str, dict[str, float]]:
    """The templates of a batch by kind. The database remembers those asked for last, until more texts come."""
    if batch_id is None:
        return {}
    asked = [REVISION, batch_id, store.last("version")]
    known = store.setting(_OPENINGS)
    if not known or known["asked"] != asked:
        known = {"asked": asked, "kinds": _read_openings(store, batch_id)}
        store.set_setting(_OPENINGS, known)
    kinds: dict[str, dict[str, float]] = known["kinds"]
    return kinds


def _read_openings(store: DatabaseFile, batch_id: int) -> dict[str, dict[str, float]]:
    """From all layers of the batch or, where they are many, from some that are spread over it.

    The kinds of a paragraph follow each other in the same order every time, so that every hundredth layer might be of
    one kind: a multiplicative hash of the ids picks them (Knuth, The Art of Computer Programming 3, 6.4).
    """
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for kind, text in store.rows(
        "SELECT l.kind, v.text FROM version v JOIN layer l ON l.id = v.layer_id WHERE v.batch_id = ?1"
        " AND v.id * 40503 % 65536 < 65536.0 * ?2 / (SELECT count(*) FROM version WHERE batch_id = ?1)",
        (batch_id, _SAMPLE),
    ):
        texts[kind].append(text)
    from unpack_core.findings.looking import common_openings

    return {kind: common_openings(of_kind) for kind, of_kind in texts.items()}


def _upto(store: DatabaseFile) -> int:
    return _reached(store) or 0


def _reached(store: DatabaseFile) -> int | None:
    """The last version that was checked; None where all are to be checked anew."""
    if store.setting(_REVISION) != REVISION:
        return None
    row = store.one("SELECT upto FROM indexed WHERE name = 'finding'")
    return int(row[0]) if row else None


def _ends(span: Span | None) -> tuple[int | None, int | None]:
    return (span.start, span.end) if span else (None, None)


def _span(start: int | None, end: int | None) -> Span | None:
    return None if start is None or end is None else Span(start, end)
