"""The file: opening it, bringing it up to date, and its transactions.

Every write is one transaction that begins at once (`BEGIN IMMEDIATE`), so that two processes can work on one file and a
`kill -9` loses at most what had not been said to be done.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import orjson

from unpack_core import backup, migrations
from unpack_core.belonging import database_of
from unpack_core.complaints import in_sentences
from unpack_core.errors import StoreError
from unpack_core.in_use import OPEN, wait_for_name
from unpack_core.likeness import least_score
from unpack_core.place import Place, identity, replaced
from unpack_core.plain import plain

_BUSY_SECONDS = 15
_LOG = logging.getLogger(__name__)
"""What is said of a file while it is opened; without a handler Python writes it to stderr, as a line."""


def now() -> str:
    """This moment, as `iso` writes it."""
    return iso(datetime.now(UTC))


def iso(moment: datetime, timespec: str = "milliseconds") -> str:
    """A moment in UTC as the database has it: ISO 8601, to the millisecond, with a Z at its end."""
    return moment.isoformat(timespec=timespec).replace("+00:00", "Z")


class DatabaseFile:
    """An open database file. Not to be shared between threads: each opens its own."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection = connection
        self.path = path
        self.place = Place(connection, path)
        self._seen_version = self.data_version()
        OPEN.add(self)

    @classmethod
    def open(
        cls, path: Path | str, *, create: bool = False, keep_old: bool = True, only: Sequence[int] | None = None
    ) -> Self:
        """Open a database, bringing its tables up to date; with `create`, make one that is not there (mode 0600).

        An older one that holds something is copied first, as it is, unless `keep_old` is False. With `only`, no file
        but that one is opened, for whoever was told of a file by another process or thread that has it open.
        Raises StoreError where there is none, it is not ours, it is newer than the program, or it cannot be written.
        """
        path = Path(path)
        if only and not path.exists():
            raise replaced(path)
        if not path.exists():
            if not create:
                raise StoreError(
                    f"There is no database at {path}. Begin with your own text: unpack-tui import FILE, "
                    "or look around first: unpack-tui demo"
                )
            if database := database_of(path):
                raise StoreError(f"{path} would be taken for a part of {database}. Name another place with --db.")
            try:
                os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
            except OSError as error:
                raise StoreError(f"{path} cannot be made: {error.strerror}. Name another place with --db.") from error
        if not path.is_file():
            raise StoreError(f"{path} is not a file. Name the database file with --db.")
        wait_for_name(path)
        connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            if only and identity(path) != tuple(only):  # it is held open by now, and nothing of it was read
                raise replaced(path)
            with in_sentences(path):
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA temp_store = MEMORY")
                connection.execute("PRAGMA cache_size = -32000")
                connection.create_function("least_score", 1, lambda told: least_score(float(told)), deterministic=True)
                store = cls(connection, path)
                store._migrate(keep_old=keep_old)
        except BaseException:
            connection.close()
            raise
        return store

    def again(self) -> Self:
        """Another connection to this very file, as for another thread, which may call this. Raises StoreError."""
        return type(self).open(self.path, only=self.place.file)

    @classmethod
    @contextmanager
    def rehearsal(cls, path: Path | str) -> Iterator[Self]:
        """A store in which everything can be done and nothing is kept: a copy of the file, or an empty one.

        The file itself stays as it is and free for others, also where it is older than the program.
        """
        path = Path(path)
        with TemporaryDirectory() as folder:
            copy = Path(folder) / path.name
            if path.exists():
                with in_sentences(path), closing(backup.opened(path)) as connection:
                    cls(connection, path)._pending()  # what is not ours, or newer, is called by its own name
                    backup.keep(connection, copy)
            with cls.open(copy, create=True, keep_old=False) as store:
                yield store

    def _migrate(self, *, keep_old: bool) -> None:
        """Bring the tables up to date."""
        if not self._pending():
            return
        with self.write():
            pending = self._pending()  # asked again behind the lock: another process may have done it
            copy = None
            if keep_old and pending and migrations.applied(self.connection):
                copy = backup.free_name(self.path, f"before-{pending[0].partition('_')[0]}")
                backup.copy(self.path, copy)
            try:
                migrations.apply(self.connection)
            except sqlite3.Error:  # its list of what it had is wrong: it stays as it was
                if copy:
                    copy.unlink()
                raise
            if copy:
                said = f"{self.path} is brought up to date for this version; as it was, it is kept in {copy}."
                _LOG.warning("%s", plain(said))

    def _pending(self) -> list[str]:
        """Migrations to come. Raises StoreError where the file is another program's or a newer one's."""
        applied = migrations.applied(self.connection)
        if not applied and self.one("SELECT 1 FROM sqlite_master WHERE type = 'table'"):
            raise StoreError(f"{self.path} is a database of another program. Name another file with --db.")
        if not set(applied) <= set(migrations.known()):
            raise StoreError(f"{self.path} was written by a newer unpack-tui. Update the program to open it.")
        return [name for name in migrations.known() if name not in applied]

    def close(self) -> None:
        self.place.leave()
        self.connection.close()
        OPEN.discard(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def write(self) -> Iterator[None]:
        """One transaction that holds the write lock from its start; joins the one that is open already."""
        if self.connection.in_transaction:
            yield
            return
        self.place.stay()
        with in_sentences(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise
            if self.place.is_ours:
                self.connection.execute("COMMIT")
                return
            self.connection.execute("ROLLBACK")
        self.place.stay()  # replaced since we began: what we commit is in the log of whoever opens the new one

    def keep(self, write: Callable[[Self], object]) -> None:
        """Write what must not be lost: where the file was removed or replaced, into what was rescued of it.

        Raises StoreError in that case, too.
        """
        try:
            write(self)
        except StoreError:
            if self.place.rescued:
                with type(self).open(self.place.rescued) as copy:
                    write(copy)
            raise

    @contextmanager
    def one_moment(self) -> Iterator[None]:
        """Read the file as it is at one moment, whatever another window writes meanwhile."""
        if self.connection.in_transaction:
            yield
            return
        self.connection.execute("BEGIN")
        try:
            yield
        except BaseException:
            if self.connection.in_transaction:  # one that was interrupted may have ended it
                self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    @contextmanager
    def waiting(self, seconds: float) -> Iterator[None]:
        """For work that can be done later as well: StoreError after so long where another program writes."""
        self.rows(f"PRAGMA busy_timeout = {round(seconds * 1000)}")
        try:
            yield
        finally:
            self.rows(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")

    def empty_log(self) -> None:
        """Take into the file what its log holds, where nobody is at work in it just now.

        The log lies beside the name. A copy that is put in the file's place after we were killed would be spoilt by
        what stands there, and a copy of the file alone lacks it.
        """
        if self.place.has_log():
            with in_sentences(self.path), self.waiting(0):
                self.rows("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def changed_elsewhere(self) -> bool:
        """Whether another connection has written since the last time that this was asked."""
        version = self.data_version()
        changed = version != self._seen_version
        self._seen_version = version
        return changed

    def written(self) -> tuple[int, int]:
        """The same as long as nobody writes to the file, here or elsewhere."""
        return self.connection.total_changes, self.data_version()

    def data_version(self) -> int:
        """A number that changes when another connection has written, not when this one does."""
        return int(self.one("PRAGMA data_version")[0])

    def rows(self, sql: str, parameters: Sequence[object] | dict[str, object] = ()) -> sqlite3.Cursor:
        """Run one statement."""
        return self.connection.execute(sql, parameters)

    def one(self, sql: str, parameters: Sequence[object] | dict[str, object] = ()) -> Any:
        """The first row of a query, None where there is none. Rows are tuples of what SQLite holds, hence Any."""
        return self.connection.execute(sql, parameters).fetchone()

    def insert(self, sql: str, *values: object) -> int:
        """Insert one row; returns its id."""
        row_id = self.connection.execute(sql, values).lastrowid
        assert row_id is not None
        return row_id

    def last(self, table: str) -> int:
        """The highest id of a table, 0 where it is empty."""
        return int(self.one(f"SELECT coalesce(max(id), 0) FROM {table}")[0])

    def setting(self, key: str, default: Any = None) -> Any:
        """A stored setting: whatever JSON holds, hence Any; the default where somebody has put something else there."""
        row = self.one("SELECT value FROM setting WHERE key = ?", (key,))
        try:
            said = orjson.loads(row[0]) if row else default
        except orjson.JSONDecodeError:
            return default
        form = (int, float) if isinstance(default, float) else type(default)  # JSON has no other word for 1.0 than 1
        return said if default is None or isinstance(said, form) else default

    def set_setting(self, key: str, value: object) -> None:
        with self.write():
            self.rows("INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)", (key, orjson.dumps(value).decode()))
