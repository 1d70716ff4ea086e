"""Checks of the file's invariants: what `unpack-tui doctor` says about a database.

Each check streams, so that a file of a million layers needs no more memory than one of ten.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from operator import itemgetter
from sqlite3 import SQLITE_BUSY, SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_READONLY, DatabaseError

import orjson

from unpack_core.blueprint import foreign, missing, tables
from unpack_core.damage import BREAKS
from unpack_core.duplicates.known import UPTO
from unpack_core.events import State, replay
from unpack_core.forms import Fault, misshapen
from unpack_core.model import Status
from unpack_core.search import TABLES
from unpack_core.store import Store

_ID = itemgetter(0)
_STATUSES = frozenset(Status)


@dataclass(frozen=True, slots=True)
class Check:
    """One invariant and what breaks it; an empty `broken` is health. At most ten examples are kept."""

    name: str
    broken: tuple[str, ...]


def examine(store: Store) -> Iterator[Check]:
    """Check the file, one invariant at a time; without all of its tables the others cannot be asked."""
    yield (whole := _check("the file is whole (SQLite's integrity check)", integrity(store)))
    yield (tables := _check("its tables and indexes are those of this program", _parts(store, "table", "index")))
    if tables.broken:
        return
    faults = list(misshapen(store))
    yield _check("every value has the form of its column", map(str, faults))
    spoilt = bool(whole.broken or faults)
    for name, broken in (
        ("versions and the log are append-only", _parts(store, "trigger")),
        ("every reference leads somewhere", _references(store)),
        ("the state of every layer is what the log says", _replays(store, unread(faults))),
        ("what is settled of near-duplicates is what the log says", _settlements(store)),
        ("what was answered when asked again is what the log says", _rechecks(store)),
        ("every head is a version of its layer", _heads(store)),
        ("every layer stands where its paragraph stands", _ranks(store)),
        ("undo knows its way", _undo(store)),
        ("the search knows texts that are there", _searches(store)),
    ):
        yield _check(name, _as_far_as_it_can_be_read(broken) if spoilt else broken)


def _as_far_as_it_can_be_read(broken: Iterable[str]) -> Iterator[str]:
    """What cannot be asked of a damaged file is broken as well."""
    try:
        yield from broken
    except BREAKS as error:
        yield f"it cannot be read whether it is so ({error or type(error).__name__})"


def _check(name: str, broken: Iterable[str]) -> Check:
    examples: list[str] = []
    for sentence in broken:
        if len(examples) == 10:
            examples.append("and more")
            break
        examples.append(sentence)
    return Check(name, tuple(examples))


def integrity(store: Store) -> Iterator[str]:
    """What SQLite itself finds broken in the file."""
    try:
        for (said,) in store.rows("PRAGMA integrity_check"):
            if said != "ok":
                yield said
    except DatabaseError as error:  # so broken that it cannot even look
        if _primary(error) not in (SQLITE_CORRUPT, SQLITE_NOTADB):
            raise
        yield str(error)


def _parts(store: Store, *types: str) -> Iterator[str]:
    for part in missing(store):
        if part.type in types:
            yield f"{part} is missing or another's"
    if "trigger" in types:
        for part in foreign(store):
            yield f"{part} is not this program's"


def _references(store: Store) -> Iterator[str]:
    for part in tables():  # those of somebody else say what they like
        for table, row, parent, _ in store.rows(f"PRAGMA foreign_key_check({part.name})"):
            yield f"row {row} of {table} names a row of {parent} that is not there"


def unread(faults: Iterable[Fault]) -> list[int]:
    """Events that cannot be read."""
    return [fault.row for fault in faults if fault.table == "event" and isinstance(fault.row, int)]


def differing(store: Store, but: Collection[int] = ()) -> Iterator[tuple[int, State | None, State | None]]:
    """Layers whose columns are not what the log says, as (layer id, the columns, the log); None where one is silent.

    Of layers of events that cannot be read nothing is said: what their columns show may be all that is left of it.
    """
    left_out = "NOT IN (SELECT layer_id FROM event WHERE id IN (SELECT value FROM json_each(?)))"
    unread_ids = (orjson.dumps([*but]).decode(),)
    log = store.rows(
        f"SELECT layer_id, after FROM event WHERE typeof(layer_id) = 'integer' AND layer_id {left_out}"
        " ORDER BY layer_id, id",
        unread_ids,
    )
    logged = ((layer_id, replay(orjson.loads(a) for _, a in rows)) for layer_id, rows in groupby(log, itemgetter(0)))
    shown = store.rows(
        "SELECT l.id, l.status, l.flagged, l.head_id, (SELECT group_concat(t.name, char(10)) FROM layer_tag lt"
        f" JOIN tag t ON t.id = lt.tag_id WHERE lt.layer_id = l.id) FROM layer l WHERE l.id {left_out} ORDER BY l.id",
        unread_ids,
    )
    cached = ((layer_id, _state(*columns)) for layer_id, *columns in shown)
    both = merge(((n, True, state) for n, state in logged), ((n, False, state) for n, state in cached), key=_ID)
    for layer_id, entries in groupby(both, _ID):
        said = {in_log: state for _, in_log, state in entries}
        if said.get(True) != said.get(False):
            yield layer_id, said.get(False), said.get(True)


_NO_STATE = State(Status.PENDING, False, -1)
"""What columns show that nobody can read."""


def _state(status: object, flagged: object, head: object, tags: str | None) -> State:
    if status not in _STATUSES or flagged not in (0, 1) or not isinstance(head, int):
        return _NO_STATE
    return State(Status(str(status)), bool(flagged), head, tuple(sorted(tags.split("\n"))) if tags else ())


def _replays(store: Store, but: Collection[int]) -> Iterator[str]:
    for layer_id, shown, logged in differing(store, but):
        if logged is None:
            yield f"layer {layer_id} is not in the log"
        elif shown is None:
            yield f"layer {layer_id} is in the log and not in the file"
        else:
            yield f"layer {layer_id} shows {_words(shown)}, the log says {_words(logged)}"


def settled(store: Store) -> dict[tuple[int, int], str]:
    """What the log says of pairs of layers."""
    said: dict[tuple[int, int], str | None] = {}
    for layer_id, after in store.rows("SELECT layer_id, after FROM event WHERE after LIKE '%\"settled\"%' ORDER BY id"):
        for other, state in orjson.loads(after)["settled"].items():
            said[min(layer_id, int(other)), max(layer_id, int(other))] = state
    return {pair: state for pair, state in said.items() if state}


def _settlements(store: Store) -> Iterator[str]:
    logged = settled(store)
    cached = {(a, b): state for a, b, state in store.rows("SELECT a_id, b_id, state FROM settlement")}
    for a, b in sorted(logged.keys() | cached.keys()):
        shown, said = cached.get((a, b), "open"), logged.get((a, b), "open")
        if shown != said:
            yield f"layers {a} and {b} are {shown}, the log says {said}"


def rechecked(store: Store) -> dict[int, str]:
    """What the log says was answered when decisions were asked again, by question."""
    said: dict[int, str | None] = {}
    for (after,) in store.rows("SELECT after FROM event WHERE after LIKE '%\"rechecked\"%' ORDER BY id"):
        said.update((int(question), answer) for question, answer in orjson.loads(after)["rechecked"].items())
    return {question: answer for question, answer in said.items() if answer}


def _rechecks(store: Store) -> Iterator[str]:
    logged = rechecked(store)
    for question, second in store.rows("SELECT id, second FROM recheck"):
        if logged.pop(question, None) != second:
            yield f"question {question} is answered {second or 'by nothing'}, the log says otherwise"
    for question in logged:
        yield f"the log answers question {question}, which is not there"


def _words(state: State) -> str:
    if state is _NO_STATE:
        return "what is no state"
    words = [state.status.value, f"version {state.head}", *(f"#{tag}" for tag in state.tags)]
    return ", ".join([*words, "flagged"] if state.flagged else words)


def _heads(store: Store) -> Iterator[str]:
    for (layer_id,) in store.rows(
        "SELECT l.id FROM layer l LEFT JOIN version v ON v.id = l.head_id AND v.layer_id = l.id WHERE v.id IS NULL"
    ):
        yield f"the head of layer {layer_id} is not one of its versions"


def _ranks(store: Store) -> Iterator[str]:
    for (layer_id,) in store.rows(
        "SELECT l.id FROM layer l JOIN paragraph p ON p.id = l.paragraph_id WHERE l.rank <> p.rank"
    ):
        yield f"layer {layer_id} stands elsewhere than its paragraph"
    for (paragraph_id,) in store.rows("SELECT id FROM paragraph WHERE rank <> document_id << 32 | position"):
        yield f"paragraph {paragraph_id} stands elsewhere than where its document has it"


def _searches(store: Store) -> Iterator[str]:
    yield from search_faults(store)
    yield from progress_faults(store)


def progress_faults(store: Store) -> Iterator[str]:
    """Versions that were never looked at, though they are said to have been."""
    last = store.last("version")
    checked = store.one("SELECT coalesce((SELECT upto FROM indexed WHERE name = 'finding'), 0)")[0]
    for done, upto in (("checked", checked), ("compared", store.setting(UPTO, 0))):
        if not 0 <= upto <= last:
            yield f"versions are {done} up to {upto}, and the last one is {last}"


def search_faults(store: Store) -> list[str]:
    """What is wrong with the index of the search: of a file that cannot be written, a copy is asked."""
    try:
        return list(_index_faults(store))
    except DatabaseError as error:
        if _primary(error) != SQLITE_READONLY:
            raise
    with Store.rehearsal(store.path) as copy:
        return list(_index_faults(copy))


def _index_faults(store: Store) -> Iterator[str]:
    for name in TABLES:
        (upto,) = store.one("SELECT coalesce((SELECT upto FROM indexed WHERE name = ?), -1)", (name,))
        if not 0 <= upto <= store.last(name):
            yield f"the index of every {name} ends at {upto}, and the last one is {store.last(name)}"
        try:
            store.rows(f"INSERT INTO {name}_letters ({name}_letters) VALUES ('integrity-check')")
        except DatabaseError as error:
            if _primary(error) in (SQLITE_BUSY, SQLITE_READONLY):  # the question counts as a write
                raise
            yield f"the index of every {name} is broken ({error})"


def _primary(error: DatabaseError) -> int:
    """SQLite's code of an error, without what it says beyond that."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF  # what Python itself says has none


def _undo(store: Store) -> Iterator[str]:
    """`step.top` is where following the log step by step leads."""
    top = 0
    parents: dict[int, int] = {}
    for step_id, action, parent, said, target in store.rows(
        "SELECT id, action, parent, top, target FROM step ORDER BY id"
    ):
        if action == "undo":
            top = parents.get(target, -1)
        elif action == "redo":
            top = target
        elif parent is not None:
            parents[step_id] = parent
            if parent != top:
                yield f"step {step_id} follows step {parent}, the log says {top}"
            top = step_id
        if top != said:
            yield f"after step {step_id} undo would take back {said}, the log says {top}"
            top = said
