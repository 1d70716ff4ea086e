"""What `unpack-tui doctor --repair` does: the caches are made again from the log and from the texts.

The log, versions and answers are the truth and are never touched. What is lost of them is in a copy or nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from sqlite3 import DatabaseError

import orjson

from unpack_core import checks, duplicates, search
from unpack_core.blueprint import Part, drop, foreign, make, missing, renew, tables
from unpack_core.doctor import differing, integrity, progress_faults, rechecked, search_faults, settled, unread
from unpack_core.errors import StoreError
from unpack_core.events import State
from unpack_core.forms import Fault, metadata, misshapen
from unpack_core.queue import ReadingOrder
from unpack_core.store import Store

_OF_TEXTS = ("finding", "signature", "resemblance", "indexed", *(f"{table}_trigram" for table in search.TABLES))
"""Tables that hold what is known of texts; those of the search have names that begin with `_LETTERS`."""
_LETTERS = tuple(f"{table}_letters" for table in search.TABLES)
_OF_LAYERS = {
    "layer_tag": {"layer_id": "layer", "tag_id": "tag"},
    "settlement": {"a_id": "layer", "b_id": "layer"},
}
"""Tables that are a cache of the log, and what their columns name."""
_WRITTEN = {"draft": "layer_id"} | dict.fromkeys(
    ["document", "paragraph", "batch", "layer", "tag", "request", "remote_batch", "recheck"], "id"
)
"""Tables in which something may be changed, and their keys."""
_KINDS = (
    "UPDATE request SET kinds = (SELECT json_group_array(kind) FROM layer WHERE id = request.layer_id OR id IN"
    " (SELECT layer_id FROM version WHERE request_id = request.id)),"
    " state = CASE state WHEN 'open' THEN 'failed' ELSE state END WHERE id = ?"
)
_PLACES = (
    "UPDATE paragraph SET rank = document_id << 32 | position WHERE rank <> document_id << 32 | position"
    " AND typeof(position) = 'integer'"
)
_CACHES = frozenset(["layer_tag", "settlement", "setting", *_OF_TEXTS])
"""Tables that can be made again: they say nothing that the log and the texts do not, or where the review was left."""


def repair(store: Store) -> list[str]:
    """Mend what can be mended, in one transaction; says what was mended, a sentence each.

    Raises StoreError where a table is gone that is no cache.
    """
    with store.write():
        steps = (_parts, _indexes, _values, _references, _layers, _settlements, _rechecks, _ranks, _search)
        return [sentence for step in steps for sentence in step(store)]


def rebuild(store: Store) -> None:
    """Forget what is known of texts (search, findings, near-duplicates): all of it is made again as it is asked for."""
    with store.write():
        store.rows("DELETE FROM indexed")  # whatever stands in it
        _empty_index(store)
        checks.forget(store)
        duplicates.forget(store)


def _parts(store: Store) -> Iterator[str]:
    """A table that holds nothing but a cache is made again, and an index or a trigger; what is another's is dropped."""
    gone = list(missing(store))
    for part in gone:
        if part.type == "table" and not _is_cache(part.name):
            raise StoreError(f"{store.path} has lost {part}, which nothing can give back but a copy of the file.")
    for part in list(foreign(store)):
        drop(store, part)
        yield f"{part} was dropped: it is not this program's".capitalize() + "."
    made = set[Part]()
    while gone:  # one may come with others
        make(store, gone[0])
        made.add(gone[0])
        yield f"{gone[0]} was made again".capitalize() + "."
        gone = [part for part in missing(store) if part not in made]
    if any(part.type == "table" and (part.name in _OF_TEXTS or part.name.startswith(_LETTERS)) for part in made):
        for table in _LETTERS:
            renew(store, f"{table}_")
        rebuild(store)


def _is_cache(table: str) -> bool:
    return table in _CACHES or table.startswith(_LETTERS)


def _indexes(store: Store) -> Iterator[str]:
    if list(integrity(store)):
        try:
            store.rows("REINDEX")
        except DatabaseError:  # of a table that cannot be read; the others may be mended
            return
        if not list(integrity(store)):
            yield "Indexes that had lost rows were made again."


def _values(store: Store) -> Iterator[str]:
    """What is not of its column's form is made again, forgotten, or kept as well as it goes; the truth is left."""
    faults = list(misshapen(store))
    if any(fault.table in _OF_TEXTS for fault in faults):
        rebuild(store)
        yield "What is known of texts is made again as it is asked for."
    if any(fault.table == "settlement" for fault in faults) and not unread(faults):
        store.rows("DELETE FROM settlement")  # the log says all of it
    for fault in faults:
        if fault.table == "setting":
            store.rows("DELETE FROM setting WHERE key = ?", (fault.row,))
            yield f"What was remembered as {fault.row} was forgotten."
        elif (fault.table, fault.column) == ("request", "kinds"):
            store.rows(_KINDS, (fault.row,))
            yield f"What request {fault.row} asked for was taken from the layers that it brought."
        elif fault.table in _WRITTEN and fault.is_text and _is_kept(store, fault):
            yield f"{fault}: what can be read of it is kept as a text.".capitalize()


def _is_kept(store: Store, fault: Fault) -> bool:
    """Make a value the text that can be read of it, "" for none; False where that is not possible either."""
    key = _WRITTEN[fault.table]
    (held,) = store.one(f"SELECT CAST({fault.column} AS BLOB) FROM {fault.table} WHERE {key} = ?", (fault.row,))
    text = (held or b"").decode(errors="replace")
    if fault.column == "metadata" and metadata(text) is None:
        text = orjson.dumps({"unreadable": text} if text else {}).decode()
    mended = store.rows(f"UPDATE OR IGNORE {fault.table} SET {fault.column} = ? WHERE {key} = ?", (text, fault.row))
    return mended.rowcount == 1


def _references(store: Store) -> Iterator[str]:
    """What a cache says of what is not there."""
    dangling = {part.name for part in tables() if store.one(f"PRAGMA foreign_key_check({part.name})")}
    if dangling.intersection(_OF_TEXTS):
        rebuild(store)
        yield "What is known of texts that are not there was forgotten, with the rest: it is made again."
    for table, columns in _OF_LAYERS.items():
        if table in dangling:
            nowhere = (f"{column} NOT IN (SELECT id FROM {parent})" for column, parent in columns.items())
            gone = store.rows(f"DELETE FROM {table} WHERE {' OR '.join(nowhere)}").rowcount
            yield f"{_number(range(gone), 'row')} of {table} said something of what is not there."


def _layers(store: Store) -> Iterator[str]:
    mended = [
        (layer_id, logged)
        for layer_id, shown, logged in differing(store, unread(misshapen(store)))
        if shown
        and logged
        and store.one("SELECT 1 FROM version WHERE id = ? AND layer_id = ?", (logged.head, layer_id))
    ]
    for layer_id, logged in mended:
        _put_in_force(store, layer_id, logged)
    if mended:
        ReadingOrder(store).forget_left()
        yield f"The state of {_number(mended, 'layer')} was taken from the log."


def _put_in_force(store: Store, layer_id: int, state: State) -> None:
    store.rows(
        "UPDATE layer SET status = ?, flagged = ?, head_id = ? WHERE id = ?",
        (state.status, state.flagged, state.head, layer_id),
    )
    store.rows("DELETE FROM layer_tag WHERE layer_id = ?", (layer_id,))
    for name in state.tags:
        store.rows("INSERT OR IGNORE INTO tag (name) VALUES (?)", (name,))
        store.rows("INSERT INTO layer_tag (layer_id, tag_id) SELECT ?, id FROM tag WHERE name = ?", (layer_id, name))


def _settlements(store: Store) -> Iterator[str]:
    if unread(misshapen(store)):  # which may have said it
        return
    logged = {(a, b, state) for (a, b), state in settled(store).items()}
    cached = set(store.rows("SELECT a_id, b_id, state FROM settlement"))
    if logged != cached:
        store.rows("DELETE FROM settlement")
        store.connection.executemany(
            "INSERT INTO settlement (a_id, b_id, state)"
            " SELECT a.id, b.id, ?3 FROM layer a, layer b WHERE a.id = ?1 AND b.id = ?2",
            sorted(logged),
        )
        changed = cached ^ set(store.rows("SELECT a_id, b_id, state FROM settlement"))
        mended: set[object] = {(a, b) for a, b, _ in changed}
        if mended:  # the log may also say something of layers that are gone
            yield f"What is settled of {_number(mended, 'near-duplicate pair')} was taken from the log."


def _rechecks(store: Store) -> Iterator[str]:
    if unread(misshapen(store)):
        return
    logged = rechecked(store)
    wrong = [
        (logged.get(question), question)
        for question, second in store.rows("SELECT id, second FROM recheck")
        if second != logged.get(question)
    ]
    if wrong:
        store.connection.executemany("UPDATE recheck SET second = ? WHERE id = ?", wrong)
        yield f"What was answered to {_number(wrong, 'decision')} asked again was taken from the log."


def _ranks(store: Store) -> Iterator[str]:
    store.rows(_PLACES)  # a trigger moves their layers
    elsewhere = store.rows(
        "UPDATE layer SET rank = p.rank FROM paragraph p WHERE p.id = layer.paragraph_id AND p.rank <> layer.rank"
        " RETURNING layer.id"
    ).fetchall()
    if elsewhere:
        yield f"{_number(elsewhere, 'layer')} stand again where their paragraphs stand."


def _search(store: Store) -> Iterator[str]:
    if search_faults(store):
        _empty_index(store)
        yield "The index of the search was emptied; it is made again as the review is used."
    if list(progress_faults(store)):
        rebuild(store)
        yield "What is known of texts is made again as it is asked for."


def _empty_index(store: Store) -> None:
    try:
        search.forget(store)
    except DatabaseError:  # so broken that it cannot even be emptied
        for table in _LETTERS:
            renew(store, f"{table}_")
        search.forget(store)


def _number(of: Sequence[object] | set[object], noun: str) -> str:
    return f"{len(of):,} {noun}" if len(of) == 1 else f"{len(of):,} {noun}s"
