"""Keys are planted in the environment and looked for wherever the program leaves something."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from tests.messages_server import MessagesServer, Reply
from tests.tui.terminal import Terminal
from unpack_core.generate.reply import reply_of

KEY = "sk-ant-planted-0123456789"
TOKEN = "tok-planted-9876543210"
PASSWORD = "planted-password-5555"
PLANTED = (KEY, TOKEN, PASSWORD)


@pytest.fixture
def server() -> Iterator[MessagesServer]:
    with MessagesServer() as running:
        yield running


@pytest.fixture
def planted(server: MessagesServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An environment with a secret in each place where the client takes one from."""
    environment = {
        "NO_PROXY": "127.0.0.1",
        "HOME": str(tmp_path),
        "TMPDIR": str(tmp_path),
        "ANTHROPIC_API_KEY": KEY,
        "ANTHROPIC_AUTH_TOKEN": TOKEN,
        "ANTHROPIC_BASE_URL": server.url.replace("//", f"//user:{PASSWORD}@"),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return environment


def found_in(data: bytes) -> list[str]:
    return [secret for secret in PLANTED if secret.encode() in data]


def processes() -> bytes:
    """Every command line that another user could read."""
    said = b""
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            said += entry.read_bytes()
        except OSError:  # it has ended
            continue
    return said


def left_behind(folder: Path) -> dict[str, list[str]]:
    """Files below a folder in which a secret stands."""
    files = [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert files
    return {str(path): found for path in files if (found := found_in(path.read_bytes()))}


@pytest.mark.usefixtures("planted")
def test_no_secret_is_left_anywhere(
    database: Path, tmp_path: Path, server: MessagesServer, run: Callable[..., Result]
) -> None:
    said = ""

    def do(command: str) -> None:
        nonlocal said
        done = run("--db", str(database), *command.split())
        said += done.output

    with closing(sqlite3.connect(database)) as reader:  # an open reader keeps the WAL from being folded in
        reader.execute("SELECT count(*) FROM layer").fetchone()
        do("doctor --endpoint")
        assert "answers come by schema" in said
        do("generate --kinds paradox")
        for status in (400, 401):  # servers that say what they were shown
            server.script.append(Reply(status=status, message=f"bad credentials: {' '.join(PLANTED)}"))
        do("generate --kinds meta --concurrency 1")
        assert "says 401: bad credentials: [key] [key] [key]" in said
        for command in ("stats --json", "log --json", "dedupe --json", "export layers --status all", "doctor"):
            do(command)
        assert found_in(said.encode()) == []
        for path in (database, Path(f"{database}-wal"), Path(f"{database}-shm")):
            assert path.stat().st_mode & 0o777 == 0o600
        assert left_behind(tmp_path) == {}


HEADER = "x-planted-4444-in-a-header"


@pytest.mark.usefixtures("planted")
def test_an_answer_that_repeats_what_the_server_was_shown_is_stored_without_it(
    database: Path, tmp_path: Path, server: MessagesServer, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_CUSTOM_HEADERS", f"x-gateway: Bearer {HEADER}")
    shown = [*PLANTED, HEADER, b64encode(f"user:{PASSWORD}".encode()).decode()]
    point = f"Headers: {' '.join(shown).upper()} or anything."
    text = json.dumps({"meta": [{"quote": "", "text": point, "answer": ""}]})
    body = {"content": [{"type": "text", "text": text}], "request": {"headers": shown}}
    server.script.append(Reply(raw=("application/json", json.dumps(body).encode())))
    assert run("--db", str(database), "generate", "--kinds", "meta", "--concurrency", "1").exit_code == 0
    with closing(sqlite3.connect(database)) as reader:
        (told,) = reader.execute("SELECT text FROM version WHERE text LIKE '%Headers%'").fetchone()
        assert told == "(1) Headers: [key] [key] [key] [key] [key] or anything."
        (stored,) = reader.execute("SELECT body FROM answer WHERE body LIKE '%Headers%'").fetchone()
    assert not [secret for secret in shown if secret.casefold() in stored.casefold()]
    assert left_behind(tmp_path) == {}


@pytest.mark.usefixtures("server")
def test_a_key_that_is_a_word_stays_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "anything")
    assert reply_of({"content": "Can anything be just?"}).body == {"content": "Can anything be just?"}


@pytest.mark.usefixtures("planted")
def test_nor_is_a_secret_in_the_name_of_a_host_that_a_server_sends_on_to(
    database: Path, server: MessagesServer, run: Callable[..., Result]
) -> None:
    server.script.append(Reply(status=302, headers={"location": f"http://{KEY}.example/"}))
    result = run("--db", str(database), "generate", "--kinds", "meta", "--concurrency", "1")
    assert "sends on to [key].example" in result.stderr


def test_no_secret_is_shown_while_the_screen_asks_nor_when_it_breaks(
    database: Path, tmp_path: Path, server: MessagesServer, planted: dict[str, str]
) -> None:
    held = threading.Event()
    server.script.append(Reply(until=held))
    with Terminal("review", "--db", str(database), environment=planted, folder=tmp_path) as terminal:
        terminal.expect("1 of 4")
        terminal.press("r")
        server.wait_for(1)
        assert str(database).encode() in processes()  # they can be read
        assert found_in(processes()) == []
        held.set()
        terminal.expect("What stands behind")
        with closing(sqlite3.connect(database)) as other, other:
            other.execute("ALTER TABLE layer RENAME TO elsewhere")  # a bug, as it were
        terminal.press("a")
        assert terminal.wait() == 1
        assert b"Traceback" in terminal.written or b"no such table" in terminal.written
        assert found_in(terminal.written) == []
    with closing(sqlite3.connect(database)) as other, other:
        other.execute("ALTER TABLE elsewhere RENAME TO layer")
    assert left_behind(tmp_path) == {}


def test_a_process_that_is_ended_by_a_fault_leaves_no_secret(
    tmp_path: Path, database: Path, server: MessagesServer, planted: dict[str, str]
) -> None:
    held = threading.Event()
    server.script.append(Reply(until=held))
    command = [sys.executable, "-X", "faulthandler", "-m", "unpack_tui", "--db", str(database), "generate"]
    with subprocess.Popen(command, cwd=tmp_path, env=os.environ | planted, stderr=subprocess.PIPE) as process:
        server.wait_for(1)
        process.send_signal(signal.SIGSEGV)
        assert process.stderr is not None
        said = process.stderr.read()
    held.set()
    assert b"Segmentation fault" in said
    assert found_in(said) == []
    assert left_behind(tmp_path) == {}
