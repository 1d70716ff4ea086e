"""The tables, indexes and triggers as this program makes them, to hold a file against."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from unpack_core import migrations
from unpack_core.database import DatabaseFile

_OBJECTS = "SELECT type, name, sql FROM sqlite_master WHERE sql <> '' ORDER BY rowid"
_WATCHING = (
    "SELECT type, name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger' OR sql LIKE 'CREATE UNIQUE INDEX%'"
)


@dataclass(frozen=True, slots=True)
class Part:
    """A table, an index or a trigger, and the SQL that makes it."""

    type: str
    name: str
    sql: str

    def __str__(self) -> str:
        return f"the {self.type} {self.name}"

    @property
    def is_virtual(self) -> bool:
        """Of the search: what it holds is in tables that it makes for itself."""
        return self.sql.startswith("CREATE VIRTUAL")


def tables() -> dict[Part, list[str]]:
    """Those that hold what there is, as it is, and their columns: not the search's, nor the list of migrations."""
    model = _model()
    found = [part for part in _ours(model) if part.type == "table"]
    others = ("_", *(part.name for part in found if part.is_virtual))
    return {
        part: [str(name) for name, *_ in _columns(model, part)] for part in found if not part.name.startswith(others)
    }


def missing(store: DatabaseFile) -> Iterator[Part]:
    """What a file lacks, tables with other columns, and triggers that do something else than ours, in the order in
    which they are made. Whoever works in the file may have columns of their own beside ours."""
    model = _model()
    of_ours = tables()
    there = {(part.type, part.name): part for part in (Part(*row) for row in store.rows(_OBJECTS))}
    for part in _ours(model):
        other = there.get((part.type, part.name))
        if other is None or (part.type == "trigger" and part != other):
            yield part
            continue
        if part in of_ours and not set(_columns(model, part)) <= set(_columns(store.connection, part)):
            yield part


def foreign(store: DatabaseFile) -> Iterator[Part]:
    """Rules of uniqueness on our tables that are not ours, and triggers that refuse or change what we write.

    A trigger that writes into a table of its own, as for somebody's own search, is none of them.
    """
    ours = {(part.type, part.name) for part in _ours(_model())}
    names = "|".join(name for kind, name in ours if kind == "table")
    harm = re.compile(rf"\bRAISE\s*\(|\b(?:UPDATE|INTO|DELETE\s+FROM)\b[\s\"'`\[]*(?:{names})\b", re.IGNORECASE)
    for *row, table in store.rows(_WATCHING):
        if (row[0], row[1]) in ours or ("table", table) not in ours:
            continue
        if row[0] == "index" or harm.search(row[2]):
            yield Part(*row)


def make(store: DatabaseFile, part: Part) -> None:
    """Make a part as our migrations do, instead of whatever has its name; a table of the search with those that it
    keeps its index in."""
    name = part.name.replace("'", "''")
    of_it = f" OR name GLOB '{name}_*'" if part.is_virtual else ""
    for kind, there in store.rows(
        f"SELECT type, name FROM sqlite_master WHERE name = '{name}'{of_it} ORDER BY name"
    ).fetchall():
        drop(store, Part(kind, there, ""))
    store.rows(part.sql)


def drop(store: DatabaseFile, part: Part) -> None:
    """Take a part out of the file."""
    name = part.name.replace('"', '""')
    store.rows(f'DROP {part.type} IF EXISTS "{name}"')


def renew(store: DatabaseFile, prefix: str) -> None:
    """Make tables whose names begin so again, with what they hold in a new file."""
    model = _model()
    for part in _ours(model):
        if part.type == "table" and part.name.startswith(prefix):
            drop(store, part)
            store.rows(part.sql)
            for row in model.execute(f"SELECT * FROM {part.name}").fetchall():
                store.rows(f"INSERT INTO {part.name} VALUES ({', '.join('?' * len(row))})", row)


def _model() -> sqlite3.Connection:
    model = sqlite3.connect(":memory:", isolation_level=None)
    migrations.apply(model)
    return model


def _ours(model: sqlite3.Connection) -> list[Part]:
    return [Part(*row) for row in model.execute(_OBJECTS).fetchall()]


def _columns(connection: sqlite3.Connection, table: Part) -> list[tuple[object, ...]]:
    """Name, type, whether it may be NULL, and place in the key of each."""
    told = connection.execute('SELECT name, type, "notnull", pk FROM pragma_table_info(?)', (table.name,))
    return told.fetchall()
