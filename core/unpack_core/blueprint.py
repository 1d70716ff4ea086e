"""The tables, indexes and triggers as this program makes them, to hold a file against."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from unpack_core import migrations
from unpack_core.database import DatabaseFile

_OBJECTS = "SELECT type, name, sql FROM sqlite_master WHERE sql <> '' ORDER BY rowid"


@dataclass(frozen=True, slots=True)
class Part:
    """A table, an index or a trigger, and the SQL that makes it."""

    type: str
    name: str
    sql: str

    def __str__(self) -> str:
        return f"the {self.type} {self.name}"


def missing(store: DatabaseFile) -> Iterator[Part]:
    """What a file lacks, and triggers that do something else than ours, in the order in which they are made."""
    there = {Part(*row) for row in store.rows(_OBJECTS)}
    names = {(part.type, part.name) for part in there}
    for part in _ours(_model()):
        if part not in there if part.type == "trigger" else (part.type, part.name) not in names:
            yield part


def renew(store: DatabaseFile, prefix: str) -> None:
    """Put tables whose names begin so back to what they hold in a new file."""
    model = _model()
    for part in _ours(model):
        if part.type == "table" and part.name.startswith(prefix):
            store.rows(f"DELETE FROM {part.name}")
            for row in model.execute(f"SELECT * FROM {part.name}").fetchall():
                store.rows(f"INSERT INTO {part.name} VALUES ({', '.join('?' * len(row))})", row)


def _model() -> sqlite3.Connection:
    model = sqlite3.connect(":memory:", isolation_level=None)
    migrations.apply(model)
    return model


def _ours(model: sqlite3.Connection) -> list[Part]:
    return [Part(*row) for row in model.execute(_OBJECTS).fetchall()]
