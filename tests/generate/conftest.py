"""A server on loopback and a database with bare paragraphs, for everything that asks a model."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.messages_server import MessagesServer

TEXTS = (
    "Justice is the conformity of deeds to the norms of morality, or so the dictionary has it.",
    "A promise binds the one who gives it to a morning that neither of us has seen.",
    "Причина — это то, без чего следствия не было бы. Но без воздуха не было бы и пожара.",
)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MessagesServer]:
    """Speaks the Messages API; the environment points the SDK at it."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "key-of-nobody")
    monkeypatch.delenv("ANTHROPIC_AUTH_TOKEN", raising=False)
    with MessagesServer() as running:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", running.url)
        yield running


@pytest.fixture
def texts(run: Callable[..., Result], tmp_path: Path) -> Path:
    """A database of three paragraphs without layers, `unpack.db` in the working folder."""
    (tmp_path / "essay.txt").write_text("\n\n".join(TEXTS), encoding="utf-8")
    assert run("import", "essay.txt").exit_code == 0
    return tmp_path / "unpack.db"


@pytest.fixture
def ask(texts: Path) -> Callable[..., list[Any]]:
    """Rows of the database: `ask("SELECT …")`."""

    def rows(sql: str, *parameters: object) -> list[Any]:
        with sqlite3.connect(texts) as connection:
            return connection.execute(sql, parameters).fetchall()

    return rows
