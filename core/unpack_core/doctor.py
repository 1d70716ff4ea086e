"""Checks of the file's invariants: what `unpack-tui doctor` says about a database.

Each check streams, so that a file of a million layers needs no more memory than one of ten.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import orjson

from unpack_core.events import State, replay
from unpack_core.model import Status
from unpack_core.store import Store

_TRIGGERS = {f"{table}_no_{verb}" for table in ("version", "step", "event") for verb in ("update", "delete")}


@dataclass(frozen=True, slots=True)
class Check:
    """One invariant and what breaks it; an empty `broken` is health. At most ten examples are kept."""

    name: str
    broken: tuple[str, ...]


def examine(store: Store) -> Iterator[Check]:
    """Check the file, one invariant at a time."""
    yield _check("the file is whole (SQLite's integrity check)", _integrity(store))
    yield _check("every reference leads somewhere", _references(store))
    yield _check("versions and the log are append-only", _append_only(store))
    yield _check("the state of every layer is what the log says", _replays(store))
    yield _check("what is settled of near-duplicates is what the log says", _settlements(store))
    yield _check("what was answered when asked again is what the log says", _rechecks(store))
    yield _check("every head is a version of its layer", _heads(store))
    yield _check("undo knows its way", _undo(store))


def _check(name: str, broken: Iterator[str]) -> Check:
    examples: list[str] = []
    for sentence in broken:
        if len(examples) == 10:
            examples.append("and more")
            break
        examples.append(sentence)
    return Check(name, tuple(examples))


def _integrity(store: Store) -> Iterator[str]:
    for (said,) in store.rows("PRAGMA integrity_check"):
        if said != "ok":
            yield said


def _references(store: Store) -> Iterator[str]:
    for table, row, parent, _ in store.rows("PRAGMA foreign_key_check"):
        yield f"row {row} of {table} names a row of {parent} that is not there"


def _append_only(store: Store) -> Iterator[str]:
    found = {name for (name,) in store.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    for name in sorted(_TRIGGERS - found):
        yield f"the trigger {name} is missing"


def _replays(store: Store) -> Iterator[str]:
    log = store.rows("SELECT layer_id, after FROM event ORDER BY layer_id, id")
    cache = store.rows(
        "SELECT l.id, l.status, l.flagged, l.head_id, (SELECT group_concat(t.name, char(10)) FROM layer_tag lt"
        " JOIN tag t ON t.id = lt.tag_id WHERE lt.layer_id = l.id) FROM layer l ORDER BY l.id"
    )
    replayed = ((layer_id, replay(orjson.loads(a) for _, a in rows)) for layer_id, rows in groupby(log, itemgetter(0)))
    logged = next(replayed, None)
    for layer_id, status, flagged, head, tags in cache:
        if logged is None or logged[0] != layer_id:
            yield f"layer {layer_id} is not in the log"
            continue
        state = State(Status(status), bool(flagged), head, tuple(sorted(tags.split("\n"))) if tags else ())
        if state != logged[1]:
            yield f"layer {layer_id} shows {_words(state)}, the log says {_words(logged[1])}"
        logged = next(replayed, None)


def _settlements(store: Store) -> Iterator[str]:
    logged: dict[tuple[int, int], str | None] = {}
    for layer_id, after in store.rows("SELECT layer_id, after FROM event WHERE after LIKE '%\"settled\"%' ORDER BY id"):
        for other, said in orjson.loads(after)["settled"].items():
            logged[min(layer_id, int(other)), max(layer_id, int(other))] = said
    cached = {(a, b): state for a, b, state in store.rows("SELECT a_id, b_id, state FROM settlement")}
    for pair, said in logged.items():
        if cached.pop(pair, None) != said:
            yield f"layers {pair[0]} and {pair[1]}: the log says {said or 'open'}"
    for a, b in cached:
        yield f"layers {a} and {b} are settled, and the log does not know of it"


def _rechecks(store: Store) -> Iterator[str]:
    logged: dict[int, str | None] = {}
    for _, after in store.rows("SELECT layer_id, after FROM event WHERE after LIKE '%\"rechecked\"%' ORDER BY id"):
        logged.update((int(question), answer) for question, answer in orjson.loads(after)["rechecked"].items())
    for question, second in store.rows("SELECT id, second FROM recheck"):
        if logged.pop(question, None) != second:
            yield f"question {question} is answered {second or 'by nothing'}, the log says otherwise"
    for question in logged:
        yield f"the log answers question {question}, which is not there"


def _words(state: State) -> str:
    words = [state.status.value, f"version {state.head}", *(f"#{tag}" for tag in state.tags)]
    return ", ".join([*words, "flagged"] if state.flagged else words)


def _heads(store: Store) -> Iterator[str]:
    for (layer_id,) in store.rows(
        "SELECT l.id FROM layer l LEFT JOIN version v ON v.id = l.head_id AND v.layer_id = l.id WHERE v.id IS NULL"
    ):
        yield f"the head of layer {layer_id} is not one of its versions"


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
