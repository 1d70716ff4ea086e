"""Files in which other values stand than any program of ours writes: a sentence, or it goes on without them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from tests.old.make import HERE, built
from tests.tui.terminal import opened
from unpack_core import checks
from unpack_core.store import Store

Command = Callable[..., Result]

NEWEST = max(file.stem for file in HERE.glob("m*.sql"))
COMMANDS = (
    "stats",
    "log --all",
    "dedupe",
    "export layers",
    "export preference --status all",
    "export dataset -o data",
    "generate --dry-run",
    "generate --offline",
    "import back.jsonl",
    "review",
)
JSON = {
    "document": ("metadata", "1"),
    "setting": ("value", "'dedupe.compared'"),
    "event": ("after", "(SELECT max(id) FROM event WHERE layer_id = 4)"),
    "request": ("kinds", "1"),
    "answer": ("body", "1"),
}
"""Columns that hold it, and a row of each; of an answer any object will do."""
SPOILT = [
    "'{'",
    "'[1]'",
    "'7'",
    "'null'",
    "''",
    "x'ff'",
    "CAST(x'61ff' AS TEXT)",
    """'{"threshold": "x", "head": []}'""",
]
BEYOND = ("event", "answer")
"""What repair leaves as it is."""


def spoilt(path: Path, table: str, column: str, row: str, value: str) -> None:
    """Put a value where triggers would keep it from."""
    key = "key" if table == "setting" else "id"
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        triggers = file.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            file.execute(f"DROP TRIGGER {name}")
        assert file.execute(f"UPDATE {table} SET {column} = {value} WHERE {key} = {row}").rowcount == 1
        for _, sql in triggers:
            file.execute(sql)


def held(path: Path, table: str) -> list[object]:
    with closing(sqlite3.connect(path)) as file:
        file.text_factory = bytes
        return file.execute(f"SELECT * FROM {table}").fetchall()


@pytest.mark.parametrize(
    ("table", "value"), [(table, value) for table in JSON for value in SPOILT[: -1 if table == "answer" else None]]
)
def test_json_that_is_none_of_ours_is_a_sentence_and_the_doctor_finds_it(
    table: str, value: str, tmp_path: Path, run: Command
) -> None:
    path = built(NEWEST, tmp_path / "unpack.db")
    assert run("export", "layers", "-o", "back.jsonl").exit_code == 0
    column, row = JSON[table]
    spoilt(path, table, column, row, value)
    found = run("doctor")
    assert found.exit_code == 1
    assert f"{column} of {table}" in found.stdout
    for words in COMMANDS:
        done = run(*words.split())
        assert isinstance(done.exception, SystemExit | None), (words, done.exception)
        if done.exit_code and words != "review":  # which has no terminal here
            assert f"{column} of {table}" in done.stderr, (words, done.stderr)
            assert "unpack-tui doctor" in done.stderr
    log = held(path, "event")
    mended = run("doctor", "--repair")
    assert held(path, "event") == log
    assert mended.exit_code == (1 if table in BEYOND else 0), mended.output
    if table not in BEYOND:
        for words in COMMANDS[:-1]:
            assert run(*words.split()).exit_code == 0, words


def test_what_cannot_be_read_of_a_document_is_kept_as_a_text(tmp_path: Path, run: Command) -> None:
    path = built(NEWEST, tmp_path / "unpack.db")
    spoilt(path, "document", "metadata", "1", '\'{"speaker": "Ann"\'')
    refused = run("export", "layers")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "metadata of document 1 is not of the form" in refused.stderr
    assert run("doctor", "--repair").exit_code == 0
    assert r'"metadata":[{"name":"unreadable","value":"{\"speaker\": \"Ann\""}]' in run("export", "layers").stdout


def test_a_log_that_cannot_be_read_takes_nothing_from_what_its_layer_shows(tmp_path: Path, run: Command) -> None:
    path = built(NEWEST, tmp_path / "unpack.db")
    before = held(path, "layer"), held(path, "layer_tag"), held(path, "settlement")
    spoilt(path, "event", "after", "(SELECT max(id) FROM event WHERE layer_id = 4)", "'{'")
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("UPDATE layer SET status = 'rejected' WHERE id = 1")
    mended = run("doctor", "--repair")
    assert "The state of 1 layer was taken from the log." in mended.stdout
    assert (held(path, "layer"), held(path, "layer_tag"), held(path, "settlement")) == before


def test_an_error_of_ours_is_seen_where_the_file_is_sound(tmp_path: Path) -> None:
    from unpack_core.damage import blamed_on

    path = built(NEWEST, tmp_path / "unpack.db")
    for place in (path, tmp_path / "none.db"):
        with pytest.raises(KeyError), blamed_on(place):
            raise KeyError("ours")


def test_a_file_that_has_forgotten_what_it_had_is_a_sentence_and_no_heap_of_copies(
    tmp_path: Path, run: Command
) -> None:
    path = built(NEWEST, tmp_path / "unpack.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("DELETE FROM _sqlite_migrations WHERE name LIKE 'm002%'")
    for words in ("stats", "doctor", "doctor --repair", "export layers", "generate --dry-run", "review"):
        done = run(*words.split())
        assert isinstance(done.exception, SystemExit), (words, done.exception)
        assert "unpack.db is damaged (index layer_head already exists). Take back a copy" in done.stderr
    assert [one.name for one in tmp_path.glob("*.db")] == ["unpack.db"]


def test_a_settled_pair_that_cannot_be_read_is_taken_from_the_log(tmp_path: Path, run: Command) -> None:
    path = built(NEWEST, tmp_path / "unpack.db")
    before = held(path, "settlement")
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("PRAGMA ignore_check_constraints = ON")
        file.execute("UPDATE settlement SET state = CAST(x'61ff' AS TEXT) WHERE a_id = 1")
    assert "state of settlement 1 is not UTF-8" in run("doctor").stdout
    mended = run("doctor", "--repair")
    assert mended.exit_code == 0, mended.output
    assert held(path, "settlement") == before


@pytest.mark.parametrize("table", ["signature", "resemblance", "layer_tag", "settlement"])
def test_a_cache_that_names_what_is_not_there_is_made_again(table: str, tmp_path: Path, run: Command) -> None:
    path = built(NEWEST, tmp_path / "unpack.db")
    before = held(path, "layer_tag"), held(path, "settlement")
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        (first,) = file.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchone()
        file.execute(f"UPDATE {table} SET {first} = 1000 + {first} WHERE {first} = (SELECT min({first}) FROM {table})")
    assert run("doctor").exit_code == 1
    assert run("doctor", "--repair").exit_code == 0
    assert (held(path, "layer_tag"), held(path, "settlement")) == before


@pytest.mark.parametrize(
    "script",
    [
        "DELETE FROM indexed WHERE name = 'finding'",
        "UPDATE indexed SET upto = 1000000 WHERE name = 'finding'",
        "UPDATE indexed SET upto = -7",
        "UPDATE setting SET value = 1000000 WHERE key = 'dedupe.upto'",
    ],
)
def test_what_was_not_looked_at_is_looked_at_again(script: str, tmp_path: Path, run: Command) -> None:
    path = built(NEWEST, tmp_path / "unpack.db")
    with Store.open(path) as store:
        checks.catch_up_all(store, 1000)
    found, pairs = sorted(held(path, "finding"), key=repr), run("dedupe", "--json").stdout
    assert len(found) > 5
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.executescript(script)
    run("doctor", "--repair")
    with Store.open(path) as store:
        checks.catch_up_all(store, 1000)
        assert checks.behind(store) == 0
    assert [row[1:] for row in sorted(held(path, "finding"), key=repr)] == [row[1:] for row in found]
    assert run("dedupe", "--json").stdout == pairs
    assert run("doctor").exit_code == 0


def test_the_table_of_a_torn_page_is_named(tmp_path: Path, run: Command) -> None:
    path = built(NEWEST, tmp_path / "unpack.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        (page,) = file.execute("SELECT rootpage FROM sqlite_master WHERE name = 'remote_batch'").fetchone()
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as whole:
        whole.seek((page - 1) * 4096)
        whole.write(b"\xff" * 4096)
    examined = run("doctor")
    assert examined.exit_code == 1
    assert "something of remote_batch cannot be read" in examined.stdout
    assert "✓ the state of every layer is what the log says" in examined.stdout
    mended = run("doctor", "--repair")
    assert mended.exit_code == 1
    assert "--repair" not in mended.stderr, "which would advise itself"
    assert "sqlite3 FILE .recover" in mended.stderr
    assert [one.name for one in tmp_path.glob("*repair*")] == []


@pytest.mark.parametrize("script", ["DROP TABLE event", "DROP TRIGGER step_no_update; UPDATE step SET at = 'x'"])
def test_a_review_of_a_damaged_file_ends_with_the_sentence(script: str, tmp_path: Path) -> None:
    path = built(NEWEST, tmp_path / "unpack.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("PRAGMA foreign_keys = OFF")
        file.executescript(script)
    with opened(path) as terminal:
        if "UPDATE" in script:  # which only the stats read, in a thread
            terminal.expect("essay.md")
            terminal.press("s")
        assert terminal.wait() == 1
    said = terminal.written.rpartition(b"\x1b[?1049l")[2].decode()
    assert "unpack.db is damaged: " in said
    assert "Traceback" not in said
