"""A full disk, a file that cannot be written, is locked, removed or replaced: what was done stays, and it is said."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from click.testing import Result

from tests.conftest import batch_line, lose
from tests.messages_server import MessagesServer, Reply
from tests.tui.terminal import Terminal, opened
from unpack_core import search
from unpack_core.doctor import examine
from unpack_core.store import Store

Command = Callable[..., Result]

ESC = "\x1b"

LIMITED = """
import resource, sys
from unpack_tui.__main__ import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
sys.argv[1:] = sys.argv[2:]
main()
"""
"""The program with a limit to how far files may grow: what a full disk is to SQLite."""


def decided(path: Path) -> list[str]:
    """What is in force, of a file that is sound."""
    with Store.open(path) as store:
        assert [sentence for check in examine(store) for sentence in check.broken] == []
        return [status for (status,) in store.rows("SELECT status FROM layer ORDER BY id")]


def test_a_review_on_a_full_disk_says_so_and_keeps_what_was_done(database: Path) -> None:
    with closing(sqlite3.connect(database)) as reader:
        reader.execute("SELECT 1 FROM layer").fetchone()  # the WAL grows while somebody reads
        size = max(database.stat().st_size, 150_000)
        words = (str(size), "review", "--db", database.name)
        with Terminal(*words, folder=database.parent, command=("-c", LIMITED)) as terminal:
            terminal.expect("1 of 4")
            terminal.press("a")
            terminal.expect("Definition accepted")
            for _ in range(400):
                terminal.press("f")
                terminal.settle(0.02)
                if "cannot be read or written" in terminal.text():
                    break
            terminal.expect(" safe.")  # the last word of it; where its lines end depends on the room
            for key in (*"fxt", ESC, *"ey", ESC, *"nud", ESC, "F", "kind:question", "\r", *"Xyo", ESC, ESC):
                terminal.press(key)
                terminal.settle(0.5 if key == ESC else 0.1)  # esc with a key behind it would be alt and that key
            assert "Traceback" not in terminal.text()
            terminal.press("q")
            terminal.wait()
            assert b"Traceback" not in terminal.written
    assert decided(database)[0] == "accepted"


@pytest.mark.parametrize("room", [100_000, 400_000])
@pytest.mark.parametrize(
    "words", ["import more.jsonl", "dedupe", "export layers --status all -o out.jsonl", "backup copy.db"]
)
def test_a_command_on_a_full_disk_ends_with_a_sentence(room: int, words: str, database: Path, run: Command) -> None:
    folder = database.parent
    with (folder / "more.jsonl").open("w") as more:
        more.writelines(json.dumps(batch_line(n, "en", f"{n} " + "paragraph " * 40)) + "\n" for n in range(4, 1200))
    if words.startswith("export"):
        assert run("--db", str(database), "import", "more.jsonl").exit_code == 0
    before = decided(database)
    command = [sys.executable, "-c", LIMITED, str(room), "--db", str(database), *words.split()]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    if done.returncode:
        assert done.stderr.strip().splitlines()[-1].startswith("unpack-tui: ")
        assert not (folder / "out.jsonl").exists()
        assert not (folder / "copy.db").exists()
    assert decided(database)[: len(before)] == before
    (folder / "copy.db").unlink(missing_ok=True)
    assert run("--db", str(database), *words.split()).exit_code == 0  # with room again


@pytest.mark.parametrize("more", [0, 100_000])
def test_a_generation_on_a_full_disk_ends_with_a_sentence(more: int, database: Path, run: Command) -> None:
    folder = database.parent
    lines = [batch_line(n, "en", f"{n} " + "paragraph " * 40) | {"layers": []} for n in range(4, 100)]
    (folder / "more.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    assert run("--db", "x.db", "import", "more.jsonl").exit_code == 0
    words = ["--db", "x.db", "generate", "--kinds", "analogy", "--concurrency", "4"]
    with MessagesServer() as server:
        environment = {"ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": "nobody's", "NO_PROXY": "127.0.0.1"}
        command = [sys.executable, "-c", LIMITED, str(database.stat().st_size + more), *words]
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, env=os.environ | environment
        )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("unpack-tui: x.db cannot be read or written")
    with Store.open(database) as store:
        kept = store.one("SELECT count(*) FROM answer")[0]
        assert kept > 0
        assert len(server.asked()) - kept <= 4


def test_an_answer_that_the_file_cannot_take_is_put_beside_it(database: Path, run: Command) -> None:
    folder, words = database.parent, ["--db", "x.db", "generate", "--kinds", "paradox", "--limit", "1"]
    with closing(sqlite3.connect(database)) as reader, MessagesServer() as server:
        reader.execute("SELECT 1 FROM layer").fetchone()
        long = {"paradox": [{"quote": "", "text": f"{n} {'word ' * 390}", "answer": ""} for n in range(60)]}
        server.script.append(Reply(text=json.dumps(long)))
        environment = {"ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": "nobody's", "NO_PROXY": "127.0.0.1"}
        command = [sys.executable, "-c", LIMITED, "140000", *words]
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, env=os.environ | environment
        )
        assert len(server.asked()) == 1
    assert done.returncode == 1
    assert done.stderr.rstrip().endswith("What came meanwhile is in x.unstored.jsonl: import that file first.")
    aside = folder / "x.unstored.jsonl"
    assert aside.stat().st_mode & 0o777 == 0o600
    for _ in range(2):  # and once is enough
        assert run("--db", "x.db", "import", aside.name).exit_code == 0
        with Store.open(database) as store:
            assert store.one("SELECT count(*) FROM answer") == (1,)
            assert store.one("SELECT count(*) FROM version WHERE text LIKE '%word word%'") == (1,)


def test_a_batch_that_is_collected_on_a_full_disk_is_collected_to_its_end_later(database: Path, run: Command) -> None:
    folder = database.parent
    lines = [batch_line(n, "en", f"{n} " + "paragraph " * 40) | {"layers": []} for n in range(4, 60)]
    (folder / "more.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    assert run("--db", "x.db", "import", "more.jsonl").exit_code == 0
    words = ["--db", "x.db", "generate", "--batch", "--kinds", "analogy"]
    with MessagesServer() as server:
        environment = {"ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": "nobody's", "NO_PROXY": "127.0.0.1"}
        command = [sys.executable, "-c", LIMITED]

        def generate(room: int) -> subprocess.CompletedProcess[str]:
            said = [*command, str(room), *words]
            return subprocess.run(
                said, cwd=folder, capture_output=True, text=True, check=False, env=os.environ | environment
            )

        assert generate(2**30).returncode == 0
        server.end_batches()
        done = generate(database.stat().st_size)
        assert done.returncode == 1
        assert done.stderr.splitlines() == [
            "unpack-tui: x.db cannot be read or written: the disk reports an error. What was done before is safe."
        ]
        assert generate(2**30).returncode == 0
    assert len(server.batches) == 1
    with Store.open(database) as store:
        asked = len(server.asked("/v1/messages/batches")[0]["requests"])
        assert store.one("SELECT count(*), count(DISTINCT request_id) FROM answer") == (asked, asked)


@pytest.mark.parametrize("preset", ["dataset", "txt"])
def test_a_folder_on_a_full_disk_is_named_as_it_was_asked_for(preset: str, database: Path, run: Command) -> None:
    folder = database.parent
    long = [batch_line(n, "en", f"{n} " + "paragraph " * 40) | {"document": "long.md"} for n in range(4, 1200)]
    (folder / "more.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in long))
    assert run("--db", "x.db", "import", "more.jsonl").exit_code == 0
    words = ["--db", "x.db", "export", preset, "--status", "all", "-o", "out"]
    assert run(*words, "--where", "-document:long.md").exit_code == 0
    before = {path: path.read_bytes() for path in (folder / "out").rglob("*.*")}
    command = [sys.executable, "-c", LIMITED, "100000", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("unpack-tui: out cannot be written: File too large.")
    assert {path: path.read_bytes() for path in (folder / "out").rglob("*.*")} == before
    assert list(folder.glob(".out*")) == []


def without_override() -> None:
    """Root may write whatever it likes: give that up (CAP_DAC_OVERRIDE) before the program begins."""
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)


def test_a_file_that_cannot_be_written_is_said(database: Path) -> None:
    folder = database.parent
    database.chmod(0o400)
    folder.chmod(0o500)
    try:
        for words in ("stats", "review", "export", "import batch.jsonl", "doctor", "backup"):
            done = subprocess.run(
                [sys.executable, "-m", "unpack_tui", "--db", "x.db", *words.split()],
                cwd=folder, capture_output=True, text=True, check=False, preexec_fn=without_override,
            )  # fmt: skip
            assert done.returncode == 1, words
            assert done.stderr.count("\n") == 1, done.stderr
            assert "cannot be" in done.stderr
    finally:
        folder.chmod(0o700)
        database.chmod(0o600)
    assert decided(database) == ["pending"] * 12


@pytest.mark.parametrize("sound", [True, False])
def test_a_doctor_who_may_not_write_tells_a_sound_index_from_a_broken_one(sound: bool, database: Path) -> None:
    with Store.open(database) as store:
        while search.catch_up(store):
            pass
        if not sound:
            store.rows("DELETE FROM version_letters_data WHERE id > 10")
    database.chmod(0o400)
    done = subprocess.run(
        [sys.executable, "-m", "unpack_tui", "--db", "x.db", "doctor"],
        cwd=database.parent, capture_output=True, text=True, check=False, preexec_fn=without_override,
    )  # fmt: skip
    assert done.returncode == (0 if sound else 1), done.stdout + done.stderr
    assert ("the index of every version is broken" in done.stdout) is not sound
    assert "readonly" not in done.stdout


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another program that writes and does not end."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def test_a_review_waits_for_another_writer_and_then_says_so(database: Path) -> None:
    with opened(database) as terminal:
        terminal.expect("1 of 4")
        terminal.settle()
        with locked(database):
            terminal.press("a")
            terminal.expect("is being written by another program")
            assert "database is locked" not in terminal.text()
        terminal.press("a")
        terminal.expect("Definition accepted")
        terminal.quit()
    assert decided(database)[0] == "accepted"


def test_a_filter_is_walked_through_although_another_program_writes(database: Path) -> None:
    with opened(database) as terminal:
        terminal.expect("1 of 4")
        terminal.settle()
        with locked(database):
            terminal.narrow("kind:question")
            terminal.expect("is being written by another program")
            terminal.expect("kind:question")  # found, shown, and not remembered
        terminal.press("a")
        terminal.expect("Open question accepted")
        terminal.quit()
    assert decided(database).count("accepted") == 1


def test_what_is_typed_while_another_program_writes_is_kept_behind_it(database: Path) -> None:
    with opened(database) as terminal:
        terminal.expect("1 of 4")
        terminal.settle()
        with locked(database):
            terminal.press("e")
            terminal.expect("Editing")
            terminal.press("kept")
            terminal.expect("is being written by another program")
        terminal.expect_gone("is being written by another program")
        terminal.signal(signal.SIGKILL)
        terminal.wait()
    with Store.open(database) as store:
        (text,) = store.one("SELECT text FROM draft")
        assert "kept" in text


def test_an_index_that_another_program_writes_is_not_called_broken(database: Path) -> None:
    with Store.open(database) as store, store.waiting(0), locked(database), pytest.raises(sqlite3.OperationalError):
        list(examine(store))


def test_an_editor_that_takes_its_file_away_is_said(database: Path) -> None:
    with opened(database, EDITOR="rm") as terminal:
        terminal.expect("1 of 4")
        terminal.press("E")
        terminal.expect("No text came back from the editor: No such file or directory.")
        terminal.quit()


@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_that_was_removed_or_replaced_loses_nothing(replaced: bool, database: Path) -> None:
    with opened(database) as terminal:
        terminal.expect("1 of 4")
        terminal.press("a")
        terminal.expect("Definition accepted")
        lose(database, replaced=replaced)
        terminal.press("x")
        terminal.expect("was removed or replaced")
        terminal.press("q")
        terminal.wait()
        assert b"Traceback" not in terminal.written
    assert decided(database.with_name("x.rescued.db"))[:2] == ["accepted", "pending"]
    if replaced:
        assert decided(database) == []


@pytest.mark.parametrize("keys", ["r", "c", "Rshorter\r"])
def test_nothing_is_asked_for_a_file_that_took_the_place_of_another(keys: str, database: Path) -> None:
    other = database.with_name("other.db")
    shutil.copy(database, other)
    with MessagesServer() as server:
        environment = {"ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": "nobody's", "NO_PROXY": "127.0.0.1"}
        with opened(database, **environment) as terminal:
            terminal.expect("1 of 4")
            other.replace(database)
            for key in (keys[0], keys[1:]):
                terminal.press(key)
                terminal.settle()
            terminal.expect("was removed or replaced")
            terminal.press("q")
            terminal.wait()
        assert server.received == []
    with Store.open(database) as store:
        assert store.last("version") == 12


@pytest.mark.parametrize("replaced", [False, True])
@pytest.mark.parametrize("noticed", [False, True])
def test_an_answer_that_was_on_its_way_is_in_the_one_copy_that_is_rescued(
    replaced: bool, noticed: bool, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "nobody's")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    held = threading.Event()
    with MessagesServer() as server, opened(database, ANTHROPIC_BASE_URL=server.url) as terminal:
        server.script.append(Reply(until=held))
        terminal.expect("1 of 4")
        terminal.press("r")
        server.wait_for(1)
        if replaced:
            shutil.copy(database, database.with_name("other.db"))
            database.with_name("other.db").replace(database)
        else:
            database.unlink()
        if noticed:  # by the screen, before the answer comes
            terminal.press("x")
            terminal.expect("was removed or replaced")
        held.set()
        terminal.expect("x.rescued.db")
        terminal.press("q")
        terminal.wait()
        (rescued,) = database.parent.glob("x.rescued*.db")
        with Store.open(rescued) as store:
            patience = time.monotonic() + 60
            while not store.last("answer"):  # whoever waits for it goes on when the screen has gone
                assert time.monotonic() < patience, "The answer did not come."
        assert len(server.asked()) == 1
    assert list(database.parent.glob("x.rescued*.db")) == [rescued]
    assert decided(rescued)[0] == "pending"


@pytest.mark.parametrize("room", [1000, 300_000])
def test_a_demo_that_does_not_fit_is_none(room: int, tmp_path: Path) -> None:
    command = [sys.executable, "-c", LIMITED, str(room), "demo", "--db", str(tmp_path / "x.db")]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1
    assert list(tmp_path.iterdir()) == []
