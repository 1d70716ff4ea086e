"""A file that takes the place of one that is open: what either holds stays what it is.

SQLite's log lies beside the name, so that the new file would be read and written through the log of the old one.
"""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.conftest import lose
from tests.crash.test_faults import decided
from tests.messages_server import MessagesServer, Reply
from tests.tui.terminal import opened
from unpack_core.errors import StoreError
from unpack_core.recipe import built_in
from unpack_core.review import Review
from unpack_core.store import Store

FOREIGN = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], isolation_level=None)
other.execute(sys.argv[2]).fetchall()
print("done", flush=True)
sys.stdin.read()
"""
"""Another program that has the file open, until its stdin ends."""


@contextmanager
def foreign(path: Path, sql: str) -> Iterator[None]:
    words = [sys.executable, "-c", FOREIGN, str(path), sql]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"done\n"
        yield


def stats(path: Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "unpack_tui", "--db", str(path), "stats", "--json"]
    return subprocess.run(words, capture_output=True, text=True, check=False)


@pytest.fixture
def larger(database: Path) -> Path:
    """A copy of the file, with so much in it that it has more pages."""
    path = database.with_name("larger.db")
    shutil.copy(database, path)
    with Store.open(path) as store:
        store.set_setting("much", "." * 100_000)
    return path


def test_a_file_that_was_replaced_is_let_go_before_a_key(database: Path) -> None:
    with opened(database) as terminal:
        terminal.expect("1 of 4")
        shutil.copy(database, database.with_name("other.db"))
        database.with_name("other.db").replace(database)
        terminal.expect("was removed or replaced")
    assert decided(database.with_name("x.rescued.db"))


def test_who_opens_the_new_file_at_once_waits_until_the_old_one_is_let_go(database: Path, larger: Path) -> None:
    with opened(database) as terminal:
        terminal.expect("1 of 4")
        terminal.press("a")
        terminal.expect("Definition accepted")
        larger.replace(database)
        found = stats(database)
        terminal.expect("was removed or replaced")
        terminal.press("q")
        terminal.wait()
    assert found.returncode == 0, found.stderr
    assert set(decided(database)) == {"pending"}
    assert decided(database.with_name("x.rescued.db"))[0] == "accepted"


def test_who_opens_the_new_file_need_not_wait_for_a_model(
    database: Path, larger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "nobody's")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    held = threading.Event()
    words = ["--db", str(database), "generate", "--kinds", "paradox", "--limit", "1"]
    with MessagesServer() as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        server.script.append(Reply(until=held))
        with subprocess.Popen([sys.executable, "-m", "unpack_tui", *words], stderr=subprocess.DEVNULL) as generating:
            server.wait_for(1)
            larger.replace(database)
            found = stats(database)
            held.set()
            assert generating.wait() == 1
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["layers"]["total"] == 12
    with Store.open(database.with_name("x.rescued.db")) as kept:
        assert kept.last("answer") == 1


def test_what_was_decided_and_rests_is_in_the_file_itself(database: Path, larger: Path) -> None:
    log, patience = Path(f"{database}-wal"), time.monotonic() + 60
    with opened(database) as terminal:
        terminal.expect("1 of 4")
        terminal.press("a")
        terminal.expect("Definition accepted")
        while log.stat().st_size:
            assert time.monotonic() < patience, "The log was not taken into the file."
        terminal.signal(signal.SIGKILL)
        terminal.wait()
    database.rename(database.with_name("old.db"))
    larger.replace(database)
    assert set(decided(database)) == {"pending"}
    assert decided(database.with_name("old.db"))[0] == "accepted"


def test_a_new_file_is_not_opened_while_a_program_that_does_not_notice_has_the_old_one(
    database: Path, larger: Path
) -> None:
    before = larger.read_bytes()
    with foreign(database, "INSERT INTO setting VALUES ('seen', '1')"):
        larger.replace(database)
        found = stats(database)
        assert database.read_bytes() == before
    assert found.returncode == 1
    assert "took the place of a file that another window has open" in found.stderr


def test_who_leaves_without_having_noticed_leaves_no_log_to_the_new_file(database: Path, larger: Path) -> None:
    with Store.open(database) as store:
        store.set_setting("seen", "old")
        larger.replace(database)
    with Store.open(database) as new:
        assert new.setting("seen") is None
    with Store.open(database.with_name("x.rescued.db")) as kept:
        assert kept.setting("seen") == "old"


def test_a_file_that_was_moved_is_not_written_under_the_hands_of_who_has_it_by_its_new_name(database: Path) -> None:
    moved = database.with_name("moved.db")
    filling = (
        "WITH n(n) AS (VALUES(1) UNION ALL SELECT n + 1 FROM n WHERE n < 300) INSERT INTO setting SELECT n, {} FROM n"
    )
    with Store.open(database) as store:
        store.rows(filling.format("hex(randomblob(500))"))
        database.rename(moved)
        with foreign(moved, filling.format("'moved'")):
            with pytest.raises(StoreError, match=r"x\.rescued\.db"):
                store.place.stay()
            with closing(sqlite3.connect(moved)) as other:
                assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                assert other.execute("SELECT count(*) FROM setting WHERE value = 'moved'").fetchall() == [(300,)]


def test_a_file_that_was_moved_has_all_that_stood_in_its_log(database: Path, larger: Path) -> None:
    moved = database.with_name("moved.db")
    with Store.open(database) as store:
        store.set_setting("seen", "old")
        database.rename(moved)
        larger.replace(database)
        with pytest.raises(StoreError):
            store.place.stay()
    with Store.open(moved) as old, Store.open(database) as new:
        assert (old.setting("seen"), new.setting("seen")) == ("old", None)


def test_the_log_is_not_left_to_the_new_file_where_no_copy_can_be_made(
    database: Path, larger: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with Store.open(database) as store:
        store.set_setting("seen", "old")
        larger.replace(database)
        monkeypatch.setattr(
            "unpack_core.backup._take_name", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left"))
        )
    assert "x.rescued.db cannot be written: No space left" in caplog.text
    with Store.open(database) as new:
        assert new.setting("seen") is None


def test_a_replaced_file_is_kept_while_it_is_read(database: Path, larger: Path) -> None:
    with Store.open(database) as store:
        store.set_setting("seen", "old")
        reading = store.rows("SELECT * FROM setting")
        larger.replace(database)
        with pytest.raises(StoreError, match=r"x\.rescued\.db"):
            store.place.stay()
        reading.close()
    with Store.open(database.with_name("x.rescued.db")) as kept:
        assert kept.setting("seen") == "old"


def test_what_another_program_wrote_into_the_new_file_stays_in_it(database: Path) -> None:
    with Store.open(database) as store:
        shutil.copy(database, database.with_name("other.db"))
        database.with_name("other.db").replace(database)
        with (
            foreign(database, "INSERT INTO setting VALUES ('seen', '1')"),
            pytest.raises(StoreError, match=r"x\.rescued\.db"),
        ):
            store.place.stay()
        with pytest.raises(StoreError):
            store.place.stay()
    with Store.open(database) as new:
        assert new.setting("seen") == 1


def test_who_notices_later_that_a_file_was_replaced_leaves_the_log_of_the_new_one_alone(database: Path) -> None:
    with Store.open(database) as first, Store.open(database) as second:
        shutil.copy(database, database.with_name("other.db"))
        database.with_name("other.db").replace(database)
        with pytest.raises(StoreError, match="removed or replaced"):
            first.place.stay()
        with (
            foreign(database, "INSERT INTO setting VALUES ('seen', '1')"),
            pytest.raises(StoreError, match="removed or replaced"),
        ):
            second.place.stay()
        assert first.place.rescued == second.place.rescued == database.with_name("x.rescued.db")
    with Store.open(database) as new:
        assert new.setting("seen") == 1


def test_the_lost_file_is_read_as_it_was_whatever_is_written_into_the_new_one(database: Path, larger: Path) -> None:
    with Store.open(database) as store:
        store.set_setting("seen", "old")
        larger.replace(database)
        with pytest.raises(StoreError):
            store.place.stay()
        with foreign(database, "INSERT INTO setting VALUES ('seen', '2')"):
            assert store.setting("seen") == "old"
            assert store.setting("much") is None


def test_nothing_is_committed_when_the_file_was_replaced_while_it_was_written(database: Path, larger: Path) -> None:
    with Store.open(database) as store:
        with pytest.raises(StoreError, match="removed or replaced"), store.write():  # noqa: PT012  # while it is written
            store.set_setting("seen", "old")
            larger.replace(database)
        assert store.setting("seen") is None
    with closing(sqlite3.connect(database)) as new:
        assert new.execute("SELECT length(value) FROM setting WHERE key = 'much'").fetchall() == [(100_002,)]
        assert new.execute("SELECT count(*) FROM setting WHERE key = 'seen'").fetchall() == [(0,)]


def test_a_file_that_comes_back_goes_on_and_is_kept_anew_when_it_goes_again(database: Path) -> None:
    away = database.with_name("away.db")
    with Store.open(database) as store:
        for name in ("x.rescued.db", "x.rescued-2.db"):
            database.rename(away)
            with pytest.raises(StoreError, match=name):
                store.place.stay()
            away.rename(database)
            store.set_setting("seen", name)
            with foreign(database, "SELECT 1 FROM setting"):
                store.set_setting("read", name)  # while others read
    with Store.open(database.with_name("x.rescued-2.db")) as kept:
        assert kept.setting("seen") == "x.rescued.db"


def test_what_is_typed_when_the_file_has_gone_is_in_what_was_rescued(database: Path) -> None:
    with opened(database) as terminal:
        terminal.expect("1 of 4")
        terminal.press("je")
        terminal.expect("ctrl+s keep")
        lose(database, replaced=True)
        terminal.press("Mine. ")
        terminal.expect("was removed or replaced")
        terminal.press("\x03")
        terminal.wait()
    assert decided(database) == []
    with Store.open(database.with_name("x.rescued.db")) as kept:
        draft = kept.draft(2)
        assert draft
        assert "Mine." in draft.text
        assert Review(kept, built_in()).layer == kept.layer(2)


def test_what_an_editor_wrote_while_the_file_went_is_in_what_was_rescued(database: Path, tmp_path: Path) -> None:
    script = tmp_path / "editor"
    script.write_text(f"#!/bin/sh\nrm {database}\necho Mine. > $1\n")
    script.chmod(0o700)
    with opened(database, EDITOR=str(script)) as terminal:
        terminal.expect("1 of 4")
        terminal.press("E")
        terminal.expect("was removed or replaced")
        terminal.press("q")
        terminal.wait()
    with Store.open(database.with_name("x.rescued.db")) as kept:
        draft = kept.draft(1)
        assert draft
        assert "Mine." in draft.text
