"""`export requests` and `import` of what came of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.messages_server import Reply, message

Run = Callable[..., Result]
Ask = Callable[..., list[Any]]

pytestmark = pytest.mark.usefixtures("texts")


def results(requests: list[dict[str, Any]]) -> str:
    lines = [
        {"custom_id": one["custom_id"], "result": {"type": "succeeded", "message": message(one["params"], Reply())}}
        for one in reversed(requests)
    ]
    return "\n".join(json.dumps(line) for line in lines) + "\n"


def test_requests_go_out_and_their_results_come_in(run: Run, ask: Ask, tmp_path: Path) -> None:
    out = run("export", "requests", "--kinds", "analogy,paradox")
    assert out.exit_code == 0, out.output
    requests = [json.loads(line) for line in out.stdout.splitlines()]
    assert len(requests) == 3
    assert run("export", "requests", "--kinds", "analogy,paradox").stdout == out.stdout
    foreign = json.dumps({"custom_id": "theirs", "result": {"type": "expired"}}) + "\n"
    broken = {"custom_id": requests[0]["custom_id"], "result": {"type": "errored", "error": {"message": "it broke"}}}
    (tmp_path / "r1.jsonl").write_text(json.dumps(broken) + "\n" + foreign)
    said = run("import", "r1.jsonl")
    assert said.exit_code == 0, said.output
    assert "1 came to nothing" in said.stderr
    assert "left alone" in said.stderr
    (tmp_path / "r2.jsonl").write_text(results(requests))
    assert run("import", "r2.jsonl").exit_code == 0
    assert ask("SELECT kind, count(*) FROM layer GROUP BY kind ORDER BY kind") == [("analogy", 3), ("paradox", 3)]
    assert ask("SELECT count(*) FROM answer") == [(3,)]
    again = run("import", "r2.jsonl")
    assert "3 taken before" in again.stderr
    assert ask("SELECT count(*) FROM layer") == [(6,)]
    assert run("export", "requests", "--kinds", "analogy,paradox").stdout == ""
    assert run("doctor").exit_code == 0


def test_broken_prices_keep_answers_out_and_nothing_else(
    run: Run, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    own = tmp_path / "unpack-tui" / "prices.toml"
    own.parent.mkdir()
    own.write_text("[[price]\n")
    (tmp_path / "essay.txt").write_text("Nothing here costs anything.\n")
    assert run("import", "essay.txt").exit_code == 0
    requests = [json.loads(line) for line in run("export", "requests", "--kinds", "analogy").stdout.splitlines()]
    (tmp_path / "r.jsonl").write_text(results(requests))
    said = run("import", "r.jsonl")
    assert (said.exit_code, str(own) in said.stderr) == (1, True)
    assert ask("SELECT count(*) FROM answer") == [(0,)]
    own.unlink()
    assert run("import", "r.jsonl").exit_code == 0
    assert ask("SELECT count(*) FROM layer") == [(len(requests),)]


def test_results_without_a_database_make_none(run: Run, tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").write_text('{"custom_id": "x", "result": {"type": "expired"}}\n')
    said = run("--db", "other.db", "import", "r.jsonl")
    assert said.exit_code == 1
    assert not (tmp_path / "other.db").exists()


def test_a_file_of_requests_is_whole(run: Run, tmp_path: Path) -> None:
    assert run("export", "requests", "-o", "r.jsonl.gz").exit_code == 0
    assert (tmp_path / "r.jsonl.gz").stat().st_size > 100
    assert run("export", "requests", "--kinds", "nothing").exit_code == 2
