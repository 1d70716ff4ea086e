"""The short form of `python -m tests.crash.together`, and whether it would notice."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.crash.together import gaps
from unpack_core.model import Status
from unpack_core.store import Store


def test_two_reviews_a_generation_imports_and_exports_on_one_file() -> None:
    command = [sys.executable, "-m", "tests.crash.together", "--seconds", "6"]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("Lost: nothing.\n")


def test_an_update_that_was_lost_would_be_a_gap_in_the_log(database: Path) -> None:
    with Store.open(database) as store:
        store.decide([1], Status.ACCEPTED)
        store.undo()
        store.decide([1, 2], Status.REJECTED)
    assert gaps(database) == []
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:  # from what was seen before the undo
        connection.execute(
            "INSERT INTO event (step, at, action, layer_id, before, after)"
            """ VALUES (1, '', 'decide', 1, '{"status": "accepted"}', '{"status": "pending"}')"""
        )
    assert len(gaps(database)) == 1
