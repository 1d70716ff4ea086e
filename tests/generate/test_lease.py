"""Two runs on one file pay for nothing twice, whatever name and window each was begun with."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.messages_server import MessagesServer
from unpack_core.errors import GenerationError
from unpack_core.generate.lease import leased
from unpack_core.store import Store

Command = Callable[..., Result]


@pytest.mark.usefixtures("server")
def test_a_second_run_is_refused_by_another_name_and_with_temporary_files_elsewhere(
    texts: Path, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "other.db").symlink_to(texts)
    words = [sys.executable, "-m", "unpack_tui", "--db", "elsewhere/other.db", "generate"]
    with Store.open(texts) as store, leased(store):
        environment = {**os.environ, "TMPDIR": str(tmp_path / "elsewhere")}
        second = subprocess.run(words, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)
    assert second.returncode == 1
    assert "Another generate is at work on elsewhere/other.db" in second.stderr


@pytest.mark.usefixtures("server")
def test_what_a_run_that_was_killed_left_beside_the_file_is_used_and_taken_away(run: Command, texts: Path) -> None:
    left = texts.with_name("unpack.db.generating")
    left.touch(0o600)
    assert run("generate", "--kinds", "analogy").exit_code == 0
    assert not left.exists()


def test_a_name_that_leads_elsewhere_is_left_alone(run: Command, server: MessagesServer, texts: Path) -> None:
    target = texts.with_name("somebody's")
    texts.with_name("unpack.db.generating").symlink_to(target)
    result = run("generate")
    assert result.exit_code == 1
    assert "unpack.db.generating cannot be made" in result.stderr
    assert not target.exists()
    assert not server.received


def test_what_lost_its_name_before_it_was_locked_keeps_nobody_away(
    texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, locked = fcntl.flock, list[int]()

    def late(handle: int, how: int) -> None:
        if not locked:
            texts.with_name("unpack.db.generating").unlink()  # as the run does that ends between the two
        locked.append(handle)
        lock(handle, how)

    monkeypatch.setattr(fcntl, "flock", late)
    with (
        Store.open(texts) as store,
        leased(store),
        pytest.raises(GenerationError, match="Another generate"),
        leased(store),
    ):
        pass
    assert len(locked) == 3


def test_a_run_whose_name_was_taken_away_leaves_that_of_the_next(texts: Path) -> None:
    name = texts.with_name("unpack.db.generating")
    with Store.open(texts) as store:
        first = leased(store)
        with first:
            name.unlink()
            second = leased(store)
            second.__enter__()
        assert name.exists()
        second.__exit__(None, None, None)
    assert not name.exists()
