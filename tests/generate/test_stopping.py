"""A run that ends before its work does: by SIGKILL, by the curator, by another run."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from select import select
from typing import Any

import pytest
from click.testing import Result

from tests.generate.conftest import TEXTS
from tests.messages_server import MessagesServer, Reply, material
from tests.tui.terminal import Terminal
from unpack_core.generate.asking import Asker, Patience
from unpack_core.generate.claude import Claude
from unpack_core.generate.faults import PassingError
from unpack_core.generate.ledger import Ledger
from unpack_core.generate.price import Prices
from unpack_core.generate.request import regenerate
from unpack_core.generate.rewrite import Rewriter, take
from unpack_core.generate.run import Plan, Run, Tally
from unpack_core.recipe import built_in
from unpack_core.store import Store

Command = Callable[..., Result]
Ask = Callable[..., list[Any]]

PLAN = Plan(built_in(), ("analogy",), "claude-sonnet-5-5", concurrency=1)


def test_kill_9_costs_at_most_what_is_in_flight(run: Command, server: MessagesServer, texts: Path, ask: Ask) -> None:
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


def test_killed_at_random_moments_nothing_that_was_answered_is_asked_or_paid_for_twice(
    run: Command, server: MessagesServer, texts: Path, ask: Ask
) -> None:
    random, at_once, kills = Random(2026), 4, 5
    paragraphs = [f"The {n}. stone of the wall was laid by somebody who never saw the wall." for n in range(60)]
    (texts.parent / "wall.txt").write_text("\n\n".join(paragraphs), encoding="utf-8")
    assert run("import", "wall.txt").exit_code == 0
    total = ask("SELECT count(*) FROM paragraph")[0][0]
    words = ["--db", str(texts), "generate", "--kinds", "analogy,question", "--concurrency", str(at_once)]
    for _ in range(kills):
        known, before = answered(ask), len(server.asked())
        process = subprocess.Popen([sys.executable, "-m", "unpack_tui", *words], stderr=subprocess.DEVNULL)
        server.wait_for(before + random.randint(1, 12))
        with suppress(subprocess.TimeoutExpired):  # somewhere in the milliseconds after that request
            process.wait(random.random() / 50)
        process.kill()
        process.wait()
        assert not known & {material(body) for body in server.asked()[before:]}
        assert run("doctor").exit_code == 0
    known, before = answered(ask), len(server.asked())
    assert 0 < len(known) < total
    assert run(*words).exit_code == 0
    assert not known & {material(body) for body in server.asked()[before:]}
    assert ask("SELECT count(*), count(DISTINCT paragraph_id) FROM layer") == [(2 * total, total)]
    assert total <= len(server.asked()) <= total + kills * at_once  # what was in flight is all that is lost
    cost, answers = ask("SELECT sum(cost_usd), count(*) FROM answer")[0]
    assert answers == total
    assert cost == pytest.approx(total * (100 * 2 + 50 * 10) / 1e6)
    assert ask("SELECT sum(cost_usd) FROM version")[0][0] == pytest.approx(cost)


def answered(ask: Ask) -> set[str]:
    """The paragraphs that have an answer in the database."""
    there = "SELECT paragraph_id FROM request r JOIN answer a ON a.request_id = r.id"
    return {text for (text,) in ask(f"SELECT text FROM paragraph WHERE id IN ({there})")}


@contextmanager
def two_in_flight(server: MessagesServer, texts: Path) -> Iterator[tuple[Terminal, threading.Event]]:
    """A generation in a terminal with two of three requests asked, which are answered when the event is set."""
    held = threading.Event()
    server.script.extend([Reply(until=held), Reply(until=held)])
    words = ("generate", "--kinds", "analogy", "--concurrency", "2", "--db", str(texts))
    with Terminal(*words, folder=texts.parent) as terminal:
        server.wait_for(2)
        terminal.expect("0 of 3 done · 2 in flight")
        yield terminal, held


@pytest.mark.parametrize("presses", [1, 2])
def test_ctrl_c_once_waits_for_what_is_in_flight_and_twice_stops(
    server: MessagesServer, texts: Path, ask: Ask, presses: int
) -> None:
    with two_in_flight(server, texts) as (terminal, held):
        terminal.press("\x03")
        terminal.expect("ctrl+C again stops at once")
        if presses == 2:
            terminal.press("\x03")
            terminal.expect("Stopped with 2 in flight: they may be charged for")
            terminal.expect("the same command goes on")
        held.set()
        assert terminal.wait() == (0 if presses == 1 else 130)
    assert ask("SELECT count(*) FROM layer") == [(2 if presses == 1 else 0,)]
    assert len(server.asked()) == 2


@pytest.mark.parametrize("gone", [False, True])
def test_what_is_in_flight_is_stored_when_the_run_is_terminated_or_its_terminal_goes_away(
    server: MessagesServer, texts: Path, ask: Ask, gone: bool
) -> None:
    with two_in_flight(server, texts) as (terminal, held):
        if gone:
            os.dup2(os.open(os.devnull, os.O_RDONLY), terminal.fd)  # as hang_up does, which then waits for the end
            held.set()
            terminal.hang_up()
        else:
            terminal.signal(signal.SIGTERM)
            terminal.signal(signal.SIGTERM)
            terminal.expect("Ending when what is in flight has come (2)")
            held.set()
            assert terminal.wait() == 0
    asked = len(server.asked())
    assert ask("SELECT count(*) FROM layer") == [(asked,)]
    assert asked == 2 or gone  # one more may be asked before it is known that the terminal is gone


def test_a_pause_that_the_endpoint_asks_for_is_counted_down(server: MessagesServer, texts: Path, ask: Ask) -> None:
    server.script.append(Reply(status=429, headers={"retry-after": "3600"}))
    with Terminal("generate", "--kinds", "analogy", "--db", str(texts), folder=texts.parent) as terminal:
        terminal.expect("all wait, 60 min more")
        terminal.press("\x03")
        assert terminal.wait() == 0  # nobody waits an hour for what was not begun
    assert ask("SELECT count(*) FROM answer") == [(len(server.asked()) - 1,)]


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
async def test_an_address_that_takes_no_call_is_given_up_soon() -> None:
    with socket.socket() as deaf, ExitStack() as calls:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for _ in range(4):  # until nobody else is let in
            call = calls.enter_context(socket.socket())
            call.setblocking(False)
            call.connect_ex(deaf.getsockname())
        async with Claude(base_url=f"http://127.0.0.1:{deaf.getsockname()[1]}", timeout=0.3) as client:
            with pytest.raises(PassingError, match="does not take the call"):
                await client.send({"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": "?"}]})


async def test_a_stream_that_was_cut_is_told_from_its_beginning_again(server: MessagesServer, texts: Path) -> None:
    server.script.extend([Reply(), Reply(cut=True), Reply()])
    seen: list[str] = []
    with Store.open(texts) as store:
        async with Claude() as client:
            asker = Asker(Ledger(store), client, Prices.load(), patience=Patience(first=0.001))
            await Run(Ledger(store), asker, replace(PLAN, limit=1))()
            made = await Rewriter(Ledger(store), asker, PLAN.recipe, PLAN.model).rewrite(1, on_text=seen.append)
        assert made.taken
        assert len(server.asked()) == 3
        assert seen.count(seen[0]) == 2, "the first piece, once for each stream"
        assert json.loads(seen[-1]).keys() == {"analogy"}


async def test_an_answer_is_one_version_though_another_window_asks(server: MessagesServer, texts: Path) -> None:
    with Store.open(texts) as store:
        async with Claude() as client:
            ledger = Ledger(store)
            asker = Asker(ledger, client, Prices.load())
            await Run(ledger, asker, replace(PLAN, limit=1))()
            layer = store.layer(1)
            request = regenerate(PLAN.recipe, TEXTS[0], "en", "analogy", layer.head.text, model=PLAN.model)
            entry = ledger.enter(request, asker.identity, layer.paragraph_id, layer.id)
            assert await asker.ask(entry, request)
            Rewriter(ledger, asker, PLAN.recipe, PLAN.model)  # which looks for answers that nobody has read
            assert take(ledger, entry, layer).taken
        assert store.layer(1).versions == 2
    assert len(server.asked()) == 2


async def test_an_answer_that_was_stored_and_no_more_is_taken_before_anything_is_asked(
    server: MessagesServer, texts: Path
) -> None:
    with Store.open(texts) as store:
        async with Claude() as client:
            ledger = Ledger(store)
            asker = Asker(ledger, client, Prices.load())
            await Run(ledger, asker, replace(PLAN, limit=1))()
            layer, rewriter = store.layer(1), Rewriter(ledger, asker, PLAN.recipe, PLAN.model)
            request = regenerate(PLAN.recipe, TEXTS[0], "en", "analogy", layer.head.text, model=PLAN.model)
            assert await asker.ask(ledger.enter(request, asker.identity, layer.paragraph_id, layer.id), request)
            assert (await rewriter.rewrite(1)).taken  # as after a disk that was full between the two
        assert store.layer(1).versions == 2
    assert len(server.asked()) == 2


async def test_an_answer_waits_for_room_on_the_disk(server: MessagesServer, texts: Path) -> None:
    items = [{"quote": "", "text": f"{n} {'word ' * 300}", "answer": ""} for n in range(20)]
    server.script.extend([Reply(), Reply(text=json.dumps({"analogy": items}))])
    said: list[str] = []
    with Store.open(texts) as store:

        def fill(_: str) -> None:
            (pages,) = store.one("PRAGMA page_count")
            store.rows(f"PRAGMA max_page_count = {pages}")

        def make_room(message: str) -> None:
            said.append(message)
            store.rows("PRAGMA max_page_count = 1000000")

        async with Claude() as client:
            asker = Asker(Ledger(store), client, Prices.load(), said=make_room)
            await Run(Ledger(store), asker, replace(PLAN, limit=1))()
            made = await Rewriter(Ledger(store), asker, PLAN.recipe, PLAN.model).rewrite(1, on_text=fill)
        assert said == ["An answer waits to be stored: the disk is full."]
        assert made.taken
    assert len(server.asked()) == 2


@pytest.mark.usefixtures("texts")
def test_an_address_at_which_nobody_answers_is_said_soon(server: MessagesServer, run: Command) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and does not listen
        result = run("generate", "--base-url", f"http://127.0.0.1:{nobody.getsockname()[1]}")
    assert result.exit_code == 1
    assert "cannot be reached. Is it running" in result.stderr
    assert not server.received
    assert run("generate", "--kinds", "analogy").exit_code == 0


def test_answers_that_come_when_the_file_was_replaced_are_in_what_is_rescued(
    run: Command, server: MessagesServer, texts: Path
) -> None:
    held = threading.Event()
    server.script.extend([Reply(until=held), Reply(until=held)])
    words = ["--db", str(texts), "generate", "--kinds", "analogy", "--concurrency", "2"]
    process = subprocess.Popen([sys.executable, "-m", "unpack_tui", *words], stderr=subprocess.PIPE, text=True)
    server.wait_for(2)
    other = texts.with_name("other.db")
    with Store.open(other, create=True):
        pass
    other.replace(texts)
    held.set()
    said = process.communicate()[1]
    assert process.returncode == 1
    assert "Traceback" not in said
    assert "was removed or replaced while it was open: all that it held is kept in" in said
    (rescued,) = texts.parent.glob("*.rescued*.db")
    asked = len(server.asked())
    assert run("--db", str(rescued), "generate", "--kinds", "analogy").exit_code == 0
    assert len(server.asked()) == asked + 1  # the third paragraph alone
    with Store.open(rescued) as store:
        assert store.rows("SELECT count(*) FROM answer").fetchall() == [(3,)]
        assert store.rows("SELECT count(*) FROM layer").fetchall() == [(3,)]


def test_an_answer_waits_for_another_program_that_writes(server: MessagesServer, texts: Path, ask: Ask) -> None:
    held = threading.Event()
    server.script.append(Reply(until=held))
    words = ("generate", "--kinds", "analogy", "--concurrency", "1", "--limit", "1", "--db", str(texts))
    with Terminal(*words, folder=texts.parent) as terminal, closing(sqlite3.connect(texts)) as other:
        server.wait_for(1)
        other.execute("BEGIN IMMEDIATE")
        held.set()
        terminal.expect("An answer waits to be stored")
        other.rollback()
        assert terminal.wait() == 0
    assert ask("SELECT count(*) FROM answer") == [(1,)]
    assert ask("SELECT count(*) FROM layer") == [(1,)]


@pytest.mark.parametrize("imported", [False, True])
def test_an_answer_that_nobody_waits_for_any_more_is_put_beside_the_file(
    server: MessagesServer, texts: Path, ask: Ask, run: Command, imported: bool
) -> None:
    held = threading.Event()
    server.script.append(Reply(until=held))
    words = ("generate", "--kinds", "analogy", "--concurrency", "1", "--limit", "1", "--db", str(texts))
    with Terminal(*words, folder=texts.parent) as terminal, closing(sqlite3.connect(texts)) as other:
        server.wait_for(1)
        other.execute("BEGIN IMMEDIATE")
        held.set()
        terminal.expect("An answer waits to be stored")
        terminal.press("\x03")
        terminal.expect("ctrl+C again stops at once")
        terminal.press("\x03")
        terminal.expect("import that file first")
        assert terminal.wait() == 1
    assert ask("SELECT count(*) FROM answer") == [(0,)]
    if imported:
        assert run("import", "unpack.unstored.jsonl").exit_code == 0
    for _ in range(2):
        assert run("generate", "--kinds", "analogy", "--where", "text:justice").exit_code == 0
    assert len(server.asked()) == 1, "it was taken in before anything was asked"
    assert ask("SELECT count(*), sum(input_tokens) FROM answer") == [(1, 100)]


async def test_candidates_on_their_way_are_stored_though_one_fails_and_the_screen_has_gone(
    server: MessagesServer, texts: Path
) -> None:
    held = threading.Event()
    server.script.extend([Reply(), Reply(until=held), Reply(until=held), Reply(status=402, message="credit balance")])
    with Store.open(texts) as store:
        async with Claude() as client:
            await Run(Ledger(store), Asker(Ledger(store), client, Prices.load()), replace(PLAN, limit=1))()
        setting = {"db": str(texts), "file": None, "model": PLAN.model, "recipe": PLAN.recipe.toml, "base_url": ""}
        asked = {"job": 1, "layer": 1, "instruction": "", "count": 3}
        words = [sys.executable, "-m", "unpack_core.generate.worker"]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
            assert worker.stdin is not None
            worker.stdin.write(f"{json.dumps({**setting, 'prices': ''})}\n{json.dumps(asked)}\n".encode())
            worker.stdin.close()
            server.wait_for(4)
            assert select([worker.stdout], [], [], 0.5) == ([], [], []), "it is not over with the one that failed"
            held.set()
        assert store.layer(1).versions == 3
