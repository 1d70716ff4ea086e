"""The file: opening it, its transactions, and SQLite's complaints as sentences.

Every write is one transaction that begins at once (`BEGIN IMMEDIATE`), so that two processes can work on one file and a
`kill -9` loses at most what had not been said to be done.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import orjson
from sqlite_utils import Database

from unpack_core.errors import StoreError
from unpack_core.migrations import SHIPPED, migrations

_BUSY_SECONDS = 15


def now() -> str:
    """This moment, UTC, ISO 8601 to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class DatabaseFile:
    """An open database file. Not to be shared between threads: each opens its own."""

    def __init__(self, db: Database, path: Path) -> None:
        self.db = db
        self.path = path
        self._seen_version = self._data_version()

    @classmethod
    def open(cls, path: Path | str, *, create: bool = False) -> Self:
        """Open a database, bringing its tables up to date; with `create`, make one that is not there (mode 0600).

        Raises StoreError where there is none, it is not ours, it is newer than the program, or it cannot be written.
        """
        path = Path(path)
        if not path.exists():
            if not create:
                raise StoreError(
                    f"There is no database at {path}. Begin with your own text: unpack-tui import FILE, "
                    "or look around first: unpack-tui demo"
                )
            try:
                os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
            except OSError as error:
                raise StoreError(f"{path} cannot be made: {error.strerror}. Name another place with --db.") from error
        if not path.is_file():
            raise StoreError(f"{path} is not a file. Name the database file with --db.")
        connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            with _in_sentences(path):
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA temp_store = MEMORY")
                connection.execute("PRAGMA cache_size = -32000")
                store = cls(Database(connection, execute_plugins=False), path)
                store._migrate()
        except BaseException:
            connection.close()
            raise
        return store

    @classmethod
    @contextmanager
    def rehearsal(cls, path: Path | str) -> Iterator[Self]:
        """A store in which everything can be done and nothing is kept, not even the file if there was none."""
        with TemporaryDirectory() as folder:
            exists = Path(path).exists()
            with cls.open(path if exists else Path(folder) / "rehearsal.db", create=True) as store:
                store.rows("BEGIN IMMEDIATE")
                try:
                    yield store
                finally:
                    store.rows("ROLLBACK")

    def _migrate(self) -> None:
        applied = [migration.name for migration in migrations.applied(self.db)]
        pending = [migration.name for migration in migrations.pending(self.db)]
        if not applied and self.db.table_names():
            raise StoreError(f"{self.path} is a database of another program. Name another file with --db.")
        if len(applied) + len(pending) > SHIPPED:
            raise StoreError(f"{self.path} was written by a newer unpack-tui. Update the program to open it.")
        if pending:
            with self.write():
                migrations.apply(self.db)

    def close(self) -> None:
        self.db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def write(self) -> Iterator[None]:
        """One transaction that holds the write lock from its start; joins the one that is open already."""
        if self.db.conn.in_transaction:
            yield
            return
        with _in_sentences(self.path):
            self.db.conn.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self.db.conn.in_transaction:
                    self.db.conn.execute("ROLLBACK")
                raise
            self.db.conn.execute("COMMIT")

    def changed_elsewhere(self) -> bool:
        """Whether another connection has written since the last time that this was asked."""
        version = self._data_version()
        changed = version != self._seen_version
        self._seen_version = version
        return changed

    def _data_version(self) -> int:
        return int(self.one("PRAGMA data_version")[0])

    def rows(self, sql: str, parameters: Sequence[object] | dict[str, object] = ()) -> sqlite3.Cursor:
        """Run one statement."""
        return self.db.conn.execute(sql, parameters)

    def one(self, sql: str, parameters: Sequence[object] | dict[str, object] = ()) -> Any:
        """The first row of a query, None where there is none. Rows are tuples of what SQLite holds, hence Any."""
        return self.db.conn.execute(sql, parameters).fetchone()

    def insert(self, sql: str, *values: object) -> int:
        """Insert one row; returns its id."""
        row_id = self.db.conn.execute(sql, values).lastrowid
        assert row_id is not None
        return row_id

    def last(self, table: str) -> int:
        """The highest id of a table, 0 where it is empty."""
        return int(self.one(f"SELECT coalesce(max(id), 0) FROM {table}")[0])

    def setting(self, key: str, default: Any = None) -> Any:
        """A stored setting: whatever JSON holds, hence Any."""
        row = self.one("SELECT value FROM setting WHERE key = ?", (key,))
        return orjson.loads(row[0]) if row else default

    def set_setting(self, key: str, value: object) -> None:
        with self.write():
            self.rows("INSERT OR REPLACE INTO setting VALUES (?, ?)", (key, orjson.dumps(value).decode()))


@contextmanager
def _in_sentences(path: Path) -> Iterator[None]:
    """SQLite's own errors that a person can mend, as sentences."""
    try:
        yield
    except sqlite3.OperationalError as error:
        said = str(error)
        if "locked" in said or "busy" in said:
            reason = "is being written by another program. Wait for it to end, then try again."
        elif "readonly" in said or "read-only" in said:
            reason = "cannot be written. Check the permissions of the file and of its folder."
        elif "full" in said:
            reason = "cannot grow: the disk is full. What was done before is safe."
        elif "unable to open" in said:
            reason = "cannot be opened. Check the permissions of the file and of its folder."
        elif "disk I/O" in said:
            reason = "cannot be read or written: the disk reports an error."
        else:
            raise
        raise StoreError(f"{path} {reason}") from error
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error) or "malformed" in str(error):
            raise StoreError(f"{path} is not a database that can be read ({error}).") from error
        raise
