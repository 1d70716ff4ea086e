"""Databases full of hostile texts: one that came by import, one that another program wrote past everything."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from tests.hostile.texts import TEXTS

LONG = 3_000


def short(text: str) -> str:
    """Screens are looked at in several places: the longest texts have a test of their own."""
    return text[:LONG]


@pytest.fixture
def hostile(tmp_path: Path, run: Callable[..., Result]) -> Path:
    """Each text as a source, as layers, as a document's name and title, as a tag, a model and an instruction."""
    lines = []
    for number, text in enumerate(TEXTS.values()):
        text = short(text)
        layers = [
            {"kind": kind, "text": f"(1) “{text}” {kind} {text} — [{text}]", "model": text, "status": status,
             "origin": "generated", "flagged": number % 2 == 0}
            for kind, status in (("definition", "pending"), ("question", "accepted"))
        ]  # fmt: skip
        line = {"document": f"{number} {text[:80]}", "position": 0, "text": text, "lang": text[:20], "layers": layers}
        lines.append(json.dumps(line))
    (tmp_path / "hostile.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = run("import", "hostile.jsonl")
    assert f"{len(TEXTS)} documents" in done.stderr, done.stderr
    assert run("doctor").exit_code == 0
    return tmp_path / "unpack.db"


@pytest.fixture
def poisoned(hostile: Path) -> Path:
    """The same with the raw texts in every column that holds words, as another program might write them."""
    texts = [short(text).encode("utf-8", "replace").decode() for text in TEXTS.values()]
    with closing(sqlite3.connect(hostile, isolation_level=None)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.create_function("hostile", 1, lambda number: texts[number % len(texts)])
        for table, columns in {
            "document": ("title",), "paragraph": ("text", "place", "lang"), "version": ("text", "model", "instruction"),
            "batch": ("source", "model"), "step": ("note",),
        }.items():  # fmt: skip
            connection.execute(f"UPDATE {table} SET {', '.join(f'{one} = hostile(id)' for one in columns)}")
        connection.execute("UPDATE document SET uri = id || hostile(id), name = hostile(id)")
        for number, text in enumerate(texts):
            connection.execute("INSERT INTO tag (name) VALUES (?)", (f"{number}{text[:60]}",))
            connection.execute("INSERT INTO setting VALUES (?, ?)", (f"{number}{text[:60]}", json.dumps(text)))
        for _, sql in triggers:
            connection.execute(sql)
    return hostile
