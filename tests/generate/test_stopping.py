"""A run that ends before its work does: by SIGKILL, by the curator, by another run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.messages_server import MessagesServer, Reply
from unpack_core.generate.asking import Asker, Patience
from unpack_core.generate.claude import Claude
from unpack_core.generate.lease import leased
from unpack_core.generate.ledger import Ledger
from unpack_core.generate.price import Prices
from unpack_core.generate.run import Plan, Run, Tally
from unpack_core.recipe import built_in
from unpack_core.store import Store

Command = Callable[..., Result]
Ask = Callable[..., list[Any]]

PLAN = Plan(built_in(), ("analogy",), "claude-sonnet-5-5", concurrency=1)


def test_kill_9_costs_at_most_what_is_in_flight(
    run: Command, server: MessagesServer, texts: Path, ask: Ask
) -> None:
    held = threading.Event()
    server.script.extend([Reply(), Reply(until=held)])
    words = ["--db", str(texts), "generate", "--kinds", "analogy", "--concurrency", "1"]
    process = subprocess.Popen([sys.executable, "-m", "unpack_tui", *words], stderr=subprocess.DEVNULL)
    server.wait_for(2)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    held.set()
    assert ask("SELECT count(*) FROM answer") == [(1,)]
    assert run("doctor").exit_code == 0
    assert run("generate", "--kinds", "analogy").exit_code == 0
    assert len(server.asked()) == 4  # the one in flight again, and the third
    assert ask("SELECT count(*) FROM layer") == [(3,)]


def test_an_answer_that_was_stored_and_not_read_is_read_first(
    run: Command, server: MessagesServer, texts: Path, ask: Ask
) -> None:
    assert run("generate", "--kinds", "analogy").exit_code == 0
    bodies = ask("SELECT body FROM answer ORDER BY request_id")
    identities = ask("SELECT identity, kinds, paragraph_id FROM request ORDER BY id")
    fresh = texts.with_name("again.db")
    with Store.open(fresh, create=True):
        pass
    assert run("--db", str(fresh), "import", "essay.txt").exit_code == 0
    with Store.open(fresh) as store, store.write():  # as a run leaves it that is killed right after it stored
        for (identity, kinds, paragraph_id), (body,) in zip(identities, bodies, strict=True):
            request_id = store.insert(
                "INSERT INTO request (identity, purpose, paragraph_id, kinds, model, state, created_at)"
                " VALUES (?, 'unpack', ?, ?, 'm', 'answered', '')", identity, paragraph_id, kinds,
            )  # fmt: skip
            store.insert(
                "INSERT INTO answer (request_id, body, input_tokens, output_tokens, cache_read_tokens,"
                " cache_write_tokens, received_at) VALUES (?, ?, 1, 1, 0, 0, '')", request_id, body,
            )  # fmt: skip
    before = len(server.asked())
    assert run("--db", str(fresh), "generate", "--kinds", "analogy").exit_code == 0
    assert len(server.asked()) == before
    with Store.open(fresh) as store:
        assert store.one("SELECT count(*) FROM layer") == (3,)


async def test_finish_lets_what_is_in_flight_come_and_begins_nothing(server: MessagesServer, texts: Path) -> None:
    with Store.open(texts) as store:
        async with Claude() as client:
            ledger = Ledger(store)

            def watch(tally: Tally) -> None:
                if tally.settled:
                    work.finish()

            work = Run(ledger, Asker(ledger, client, Prices.load()), PLAN, watch)
            tally = await work()
        assert (tally.done, tally.ended_by) == (1, "stopped")
        assert store.one("SELECT count(*) FROM layer") == (1,)
    assert len(server.asked()) == 1


async def test_faults_that_pass_are_borne_so_often_and_then_stay_with_their_reason(
    server: MessagesServer, texts: Path
) -> None:
    server.script.extend([Reply(cut=True), Reply(status=500), Reply(status=503)])
    with Store.open(texts) as store:
        async with Claude() as client:
            ledger = Ledger(store)
            asker = Asker(ledger, client, Prices.load(), patience=Patience(first=0.001, most=0.002, tries=3))
            tally = await Run(ledger, asker, PLAN)()
        assert tally.done == 2
        assert tally.failed == {"no answer": 1}
        assert "503" in tally.reasons["no answer"]
        assert store.one("SELECT state, attempts FROM request WHERE id = 1") == ("failed", 1)


async def test_a_hanging_connection_times_out(server: MessagesServer, texts: Path) -> None:
    held = threading.Event()
    server.script.append(Reply(until=held))
    with Store.open(texts) as store:
        async with Claude(timeout=0.3) as client:
            ledger = Ledger(store)
            asker = Asker(ledger, client, Prices.load(), patience=Patience(first=0.001, tries=1))
            tally = await Run(ledger, asker, PLAN)()
        assert "did not answer within 0.3 seconds" in tally.reasons["no answer"]
    held.set()


@pytest.mark.usefixtures("server")
def test_two_runs_on_one_file_pay_for_nothing_twice(run: Command, texts: Path) -> None:
    with Store.open(texts) as store, leased(store):
        result = run("generate")
    assert result.exit_code == 1
    assert "Another generate" in result.stderr
