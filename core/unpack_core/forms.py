"""The form that the values of the file have, beyond what SQLite sees to: it keeps whatever it is given.

Another program, or a bit that turned over, can put anything into a column: bytes for a text, half a letter, JSON that
is none or says something else than ours. Nothing of ours writes such a value, and little of ours can read it.
"""

from __future__ import annotations

import re
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from unpack_core.blueprint import Part, tables
from unpack_core.database import DatabaseFile
from unpack_core.events import Action, is_patch
from unpack_core.model import Origin

_HELD = {"INTEGER": ("integer",), "REAL": ("real", "integer"), "TEXT": ("text",), "BLOB": ("blob",)}
"""What a column of a declared type may hold."""

_MISSHAPEN = "is not of the form that it has to have"
_Column = tuple[str, str, bool]
"""Its name, the type that it was declared to have, and whether it must hold something."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A value that is not of its column's form; `row` is its key, or how that begins.

    It is None for a table of which not everything can be read.
    """

    table: str
    column: str
    row: object
    said: str
    is_text: bool
    """Whether it would have to be a text."""

    def __str__(self) -> str:
        row = "" if self.row is None else f" {self.row}"
        return f"{self.column} of {self.table}{row} {self.said}"


def misshapen(store: DatabaseFile) -> Iterator[Fault]:
    """All values that are not of their columns' form."""
    for table, ours in tables().items():
        try:
            yield from _misshapen(store, table, [column for column in _columns(store, table) if column[0] in ours])
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_CORRUPT:
                raise
            yield Fault(table.name, "something", None, f"cannot be read ({error})", is_text=False)


def _misshapen(store: DatabaseFile, table: Part, columns: Sequence[_Column]) -> Iterator[Fault]:
    with _any_text(store):
        others = [*_of_other_types(store, table, columns)]
    yield from others
    torn = list(_torn(store, table, columns))
    yield from torn
    if not torn:  # else they cannot be read
        yield from _of_other_forms(store, table, columns, _FORMS.get(table.name, {}))


def metadata(written: str) -> dict[str, str] | None:
    """What is said of a document besides its title; None where it is not of that form."""
    said = _json(written)
    return said if isinstance(said, dict) and all(isinstance(value, str) for value in said.values()) else None


def _of_other_types(store: DatabaseFile, table: Part, columns: Sequence[_Column]) -> Iterator[Fault]:
    wrong = {column: _wrong(table.name, column, declared, must=bool(must)) for column, declared, must in columns}
    if not store.one(f"SELECT 1 FROM {table.name} WHERE {' OR '.join(wrong.values())} LIMIT 1"):  # mostly there is none
        return
    for column, declared, _ in columns:
        for row, found in store.rows(
            f"SELECT {columns[0][0]}, typeof({column}) FROM {table.name} WHERE {wrong[column]}"
        ):
            is_of_type = found in _HELD[declared]
            said = _MISSHAPEN if is_of_type else "is missing" if found == "null" else f"is no {declared.lower()}"
            yield Fault(table.name, column, row, said, declared == "TEXT")


def _wrong(table: str, column: str, declared: str, *, must: bool) -> str:
    """SQL for whether a column holds what it cannot hold."""
    held = _HELD[declared] if must else (*_HELD[declared], "null")
    wrong = f"typeof({column}) NOT IN ({', '.join(map(repr, held))})"
    words = _WORDS.get((table, column))
    return f"{wrong} OR {column} NOT IN ({', '.join(map(repr, words))})" if words else wrong


def _torn(store: DatabaseFile, table: Part, columns: Sequence[_Column]) -> Iterator[Fault]:
    """Texts of bytes that are no letters: Python refuses to read them."""
    texts = [name for name, declared, _ in columns if declared == "TEXT"]
    if not texts:
        return
    try:
        letters = " || ".join(f"coalesce({column}, '')" for column in texts)
        deque(store.rows(f"SELECT {letters} FROM {table.name}"), maxlen=0)
    except sqlite3.OperationalError:
        for column in texts:
            with _any_text(store):
                rows = store.rows(
                    f"SELECT {columns[0][0]}, CAST({column} AS BLOB) FROM {table.name} WHERE typeof({column}) = 'text'"
                ).fetchall()
            for row, letters in rows:
                if letters.decode(errors="replace").encode() != letters:
                    yield Fault(table.name, column, row, "is not UTF-8", is_text=True)


def _of_other_forms(
    store: DatabaseFile, table: Part, columns: Sequence[_Column], forms: Mapping[str, Callable[[str], bool]]
) -> Iterator[Fault]:
    if forms:
        for row, *values in store.rows(f"SELECT {columns[0][0]}, {', '.join(forms)} FROM {table.name}"):
            for (column, fits), value in zip(forms.items(), values, strict=True):
                if isinstance(value, str) and not fits(value):
                    yield Fault(table.name, column, row, _MISSHAPEN, is_text=True)
    elif table.name == "setting":
        for key, value in store.rows("SELECT key, value FROM setting"):
            if isinstance(value, str) and not _fits(_json(value), _SETTINGS.get(key, object)):
                yield Fault(table.name, "value", key, _MISSHAPEN, is_text=True)


def _columns(store: DatabaseFile, table: Part) -> list[_Column]:
    """The first is the key, or begins it."""
    told = store.rows('SELECT name, type, "notnull" OR pk FROM pragma_table_info(?)', (table.name,))
    return told.fetchall()


@contextmanager
def _any_text(store: DatabaseFile) -> Iterator[None]:
    """Read also what is no text."""
    before = store.connection.text_factory
    store.connection.text_factory = lambda letters: letters.decode(errors="replace")
    try:
        yield
    finally:
        store.connection.text_factory = before


_NONE = object()
"""What JSON says that is none."""


def _json(written: str) -> object:
    try:
        return orjson.loads(written)
    except orjson.JSONDecodeError:
        return _NONE


def _fits(said: object, form: Any) -> bool:  # a type, several, or a dictionary of forms
    if isinstance(form, dict):
        return isinstance(said, dict) and all(_fits(said.get(name), one) for name, one in form.items())
    return said is not _NONE and isinstance(said, form)


def _is_moment(written: str) -> bool:
    try:
        return datetime.fromisoformat(written).tzinfo is not None
    except ValueError:
        return False


def _is_event(written: str) -> bool:
    return _USUAL.fullmatch(written) is not None or is_patch(_json(written))


def _is_kinds(written: str) -> bool:
    said = _json(written)
    return isinstance(said, list) and all(isinstance(kind, str) for kind in said)


_USUAL = re.compile(
    r'\{\}|\{"status":"(?:pending|accepted|rejected)"'
    r'(?:,"flagged":(?:false|true),"head":[1-9][0-9]{0,17},"tags":\[\])?\}'
)
"""What most events say, by the letters: reading them takes five times as long."""
_ORIGINS, _ACTIONS = [one.value for one in Origin], [one.value for one in Action]
_WORDS = {("version", "origin"): _ORIGINS, ("step", "action"): _ACTIONS, ("event", "action"): _ACTIONS}
_FORMS: Mapping[str, Mapping[str, Callable[[str], bool]]] = {
    "document": {"metadata": lambda written: metadata(written) is not None},
    "step": {"at": _is_moment},
    "event": {"before": _is_event, "after": _is_event},
    "request": {"kinds": _is_kinds},
    "answer": {"body": lambda written: isinstance(_json(written), dict)},
    "remote_batch": {"created_at": _is_moment},
}
_SETTINGS: Mapping[str, Any] = {
    "review.place": {"paragraph": int | None, "layer": int | None},
    "review.filter": {"filter": str, "order": str},
    "review.left": {"event": int, "left": int},
    "findings.openings": {"asked": list, "kinds": dict},
    "dedupe.compared": {"threshold": float | int, "revision": str | int | None, "part": int | None},
    "dedupe.upto": int,
    "dedupe.threshold": float | int,
}
"""What is kept under a key; of any other key any JSON will do."""
