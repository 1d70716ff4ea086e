"""`unpack-tui generate --batch` against a server that speaks the Messages API."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.conftest import lose
from tests.generate.conftest import TEXTS
from tests.messages_server import MessagesServer, Reply, outcome
from unpack_core.generate.batches import Account, Batches
from unpack_core.generate.claude import Claude
from unpack_core.generate.ledger import Ledger
from unpack_core.generate.price import Prices
from unpack_core.generate.run import Plan
from unpack_core.recipe import built_in
from unpack_core.store import Store

Run = Callable[..., Result]
Ask = Callable[..., list[Any]]

pytestmark = pytest.mark.usefixtures("texts", "server")


def test_a_later_run_collects(run: Run, server: MessagesServer, ask: Ask) -> None:
    result = run("generate", "--batch", "--kinds", "analogy")
    assert result.exit_code == 0, result.output
    assert len(server.batches) == 1
    assert ask("SELECT count(*) FROM layer") == [(0,)]
    run("generate", "--batch", "--kinds", "analogy")  # still under way: no second batch, and none asked one by one
    run("generate", "--kinds", "analogy")
    assert len(server.batches) == 1
    assert not server.asked()
    server.end_batches()
    result = run("generate", "--batch", "--kinds", "analogy", "--json")
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert {name: said[name] for name in ("submitted", "under_way", "layers", "failed")} == {
        "submitted": 0, "under_way": 0, "layers": 3, "failed": 0,
    }  # fmt: skip
    assert said["cost_usd"] == pytest.approx(ask("SELECT sum(cost_usd) FROM answer")[0][0])
    assert ask("SELECT count(*) FROM layer") == [(3,)]
    assert ask("SELECT state FROM remote_batch") == [("collected",)]
    half = (100 * 2 + 50 * 10) / 1e6 / 2
    assert abs(ask("SELECT sum(cost_usd) FROM answer")[0][0] - 3 * half) < 1e-9
    run("generate", "--batch", "--kinds", "analogy")
    assert len(server.batches) == 1


def test_what_errored_or_expired_is_asked_again(run: Run, server: MessagesServer, ask: Ask) -> None:
    run("generate", "--batch", "--kinds", "analogy")
    first, second, _ = [one["custom_id"] for one in server.batches["msgbatch_1"]["requests"]]
    server.outcomes = {first: "errored", second: "expired"}
    server.end_batches()
    run("generate", "--batch", "--kinds", "analogy")
    assert ask("SELECT count(*) FROM layer") == [(1,)]
    again = [one["custom_id"] for one in server.batches["msgbatch_2"]["requests"]]
    assert sorted(again) == sorted([first, second])
    server.outcomes = {}
    server.end_batches()
    assert run("generate", "--batch", "--kinds", "analogy").exit_code == 0
    assert ask("SELECT count(*) FROM layer") == [(3,)]


def test_a_batch_whose_submission_was_cut_off_is_found_again(run: Run, server: MessagesServer, ask: Ask) -> None:
    server.lose_create_answer = True
    lost = run("generate", "--batch", "--kinds", "analogy")
    assert "not known" in lost.stderr
    assert lost.exit_code == 1  # not done, and to be looked at
    server.lose_create_answer = False
    run("generate", "--batch", "--kinds", "analogy")  # under way there: nobody can say yet whose it is
    assert len(server.batches) == 1
    server.end_batches()
    result = run("generate", "--batch", "--kinds", "analogy")
    assert "did arrive" in result.stderr
    assert len(server.batches) == 1
    assert ask("SELECT count(*) FROM layer") == [(3,)]


def test_a_batch_that_nobody_could_take_is_in_no_doubt(run: Run, ask: Ask) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # nobody listens there
        nowhere = f"http://127.0.0.1:{held.getsockname()[1]}"
        result = run("generate", "--batch", "--kinds", "analogy", "--base-url", nowhere)
    assert (result.exit_code, "cannot be reached" in result.stderr) == (1, True)
    assert run("generate", "--kinds", "analogy").exit_code == 0
    assert ask("SELECT count(*) FROM layer") == [(3,)]


def test_a_batch_that_never_arrived_frees_its_requests(run: Run, server: MessagesServer, ask: Ask) -> None:
    server.lose_create_answer = True
    run("generate", "--batch", "--kinds", "analogy")
    server.batches.clear()
    server.lose_create_answer = False
    result = run("generate", "--batch", "--kinds", "analogy")
    assert "never arrived" in result.stderr
    assert ask("SELECT state FROM remote_batch ORDER BY id") == [("abandoned",), ("submitted",)]


def test_a_batch_is_no_larger_than_its_budget(run: Run, server: MessagesServer, ask: Ask) -> None:
    said = run("generate", "--batch", "--kinds", "analogy", "--max-cost", "0.0000001")
    assert said.exit_code == 0
    assert "--max-cost" in said.stderr
    assert not server.batches
    run("generate", "--batch", "--kinds", "analogy", "--max-cost", "0.008")
    (batch,) = server.batches.values()
    assert 0 < len(batch["requests"]) < 3
    assert ask("SELECT count(*) FROM request") == [(len(batch["requests"]),)]


def test_what_waits_for_a_batch_is_said_where_it_is_not_asked_about(run: Run, server: MessagesServer) -> None:
    run("generate", "--batch", "--kinds", "analogy", "--limit", "1")
    for words in (["--dry-run"], ["--offline", "--kinds", "meta"], ["--kinds", "meta"]):
        assert "1 paragraph waits for a Message Batch: generate --batch collects." in run("generate", *words).stderr
    server.end_batches()
    assert "waits" not in run("generate", "--batch", "--kinds", "analogy").stderr
    assert "waits" not in run("generate", "--dry-run").stderr


def test_wait_needs_batch(run: Run) -> None:
    assert run("generate", "--wait").exit_code == 2
    assert run("generate", "--batch", "--offline").exit_code == 2


def test_a_paragraph_that_stands_in_two_places_is_two_requests(
    run: Run, server: MessagesServer, ask: Ask, tmp_path: Path
) -> None:
    (tmp_path / "copy.txt").write_text(TEXTS[0], encoding="utf-8")
    assert run("import", "copy.txt").exit_code == 0

    assert run("generate", "--batch", "--kinds", "question").exit_code == 0
    server.end_batches()
    assert run("generate", "--batch").exit_code == 0

    (batch, *_) = server.asked("/v1/messages/batches")
    assert len({line["custom_id"] for line in batch["requests"]}) == 4
    assert ask("SELECT count(DISTINCT paragraph_id) FROM layer WHERE kind = 'question'") == [(4,)]


def test_a_batch_that_the_endpoint_does_not_know_is_not_asked_for_twice(
    run: Run, server: MessagesServer, ask: Ask
) -> None:
    assert run("generate", "--batch", "--kinds", "question").exit_code == 0
    server.batches.clear()
    result = run("generate", "--batch", "--kinds", "question")
    assert result.exit_code == 1
    assert "another account" in result.stderr
    assert len(server.asked("/v1/messages/batches")) == 1
    with sqlite3.connect(Path("unpack.db")) as connection:
        connection.execute("UPDATE remote_batch SET created_at = '2026-01-01T00:00:00+00:00'")
    assert run("generate", "--batch", "--kinds", "question").exit_code == 0
    assert ask("SELECT state FROM remote_batch ORDER BY id") == [("abandoned",), ("submitted",)]


def test_a_batch_that_is_interrupted_on_its_way_is_not_submitted_twice(
    run: Run, server: MessagesServer, ask: Ask, texts: Path
) -> None:
    held = threading.Event()
    server.script.append(Reply(path="/v1/messages/batches", until=held))
    words = ["--db", str(texts), "generate", "--batch", "--kinds", "analogy"]
    process = subprocess.Popen([sys.executable, "-m", "unpack_tui", *words], stderr=subprocess.PIPE, text=True)
    server.wait_for(1, "/v1/messages/batches")
    process.send_signal(signal.SIGINT)
    said = process.communicate()[1]
    held.set()
    assert process.returncode == 130, said
    assert len(server.batches) == 1
    assert "looked at again" in run("generate", "--batch", "--kinds", "analogy").stderr
    server.end_batches()
    assert run("generate", "--batch", "--kinds", "analogy").exit_code == 0
    assert len(server.batches) == 1
    assert ask("SELECT count(*) FROM layer") == [(3,)]


def test_whoever_waits_for_a_batch_bears_faults_that_pass(server: MessagesServer, texts: Path) -> None:
    path = "/v1/messages/batches/msgbatch_1"
    server.script.extend(
        [
            Reply(path=path, status=500),
            Reply(path=path, status=429, headers={"retry-after": "7"}),
            Reply(path=path, raw=("text/html", b"<p>Back soon.")),
            Reply(path=f"{path}/results", raw=("application/x-jsonl", b'{"custom_id": "cut o')),
        ]
    )
    said: list[str] = []

    def say(message: str) -> None:
        said.append(message)
        server.end_batches()

    async def work(store: Store) -> Batches:
        async with Claude() as client:
            plan = Plan(built_in(), ("analogy",), "claude-sonnet-5-5")
            batches = Batches(Ledger(store), client, Prices.load(), plan, say, poll_seconds=0)
            await batches(wait=True)
            return batches

    with Store.open(texts) as store:
        assert asyncio.run(work(store)).account.layers == 3
    assert sum("looked at again" in sentence for sentence in said) == 4


@pytest.mark.parametrize("kind", ["errored", "succeeded"])
def test_what_came_before_the_line_dropped_is_counted(kind: str, server: MessagesServer, texts: Path) -> None:
    def say(message: str) -> None:
        if message.startswith("Submitted"):
            server.end_batches()
            server.outcomes[server.batches["msgbatch_1"]["requests"][0]["custom_id"]] = kind
            body = f'{results(server)[0]}\n{{"custom_id": "cut o'.encode()
            server.script.append(Reply(path="/v1/messages/batches/msgbatch_1/results", raw=("application/json", body)))

    async def work(store: Store) -> Account:
        async with Claude() as client:
            plan = Plan(built_in(), ("analogy",), "claude-sonnet-5-5")
            batches = Batches(Ledger(store), client, Prices.load(), plan, say, poll_seconds=0)
            await batches(wait=True)
            return batches.account

    with Store.open(texts) as store:
        account = asyncio.run(work(store))
    assert not server.script
    assert (account.layers, account.failed) == ((3, 0) if kind == "succeeded" else (2, 1))


def results(server: MessagesServer) -> list[str]:
    """What the first batch came to, as lines."""
    return [json.dumps(outcome(server, one)) for one in server.batches["msgbatch_1"]["requests"]]


def given(
    server: MessagesServer, lines: list[str], kind: str = "application/x-jsonl", batch: str = "msgbatch_1"
) -> None:
    body = "".join(f"{line}\n" for line in lines).encode()
    server.script.append(Reply(path=f"/v1/messages/batches/{batch}/results", raw=(kind, body)))


@pytest.mark.parametrize(
    "odd",
    [
        "null",
        "[]",
        "7",
        "{}",
        '{"custom_id": null, "result": {}}',
        '{"custom_id": "of another\\ud83d"}',
        "<p>Back soon.",
        pytest.param("[" * 100_000, id="nested"),
    ],
)
@pytest.mark.parametrize("at", [0, 1])
def test_a_line_of_the_results_that_cannot_be_read_keeps_no_other_from_being_collected(
    run: Run, server: MessagesServer, ask: Ask, odd: str, at: int
) -> None:
    run("generate", "--batch", "--kinds", "analogy")
    server.end_batches()
    lines = results(server)
    lost = json.loads(lines[at])["custom_id"]
    for _ in range(2):  # lines that are missing are asked for once more
        given(server, [*lines[:at], odd, *lines[at + 1 :]])
    result = run("generate", "--batch", "--kinds", "analogy")
    assert "2 layers, 1 request came to nothing. Of its results, 1 line named none of its requests." in result.stderr
    assert result.exit_code == 1
    assert ask("SELECT count(*) FROM layer") == [(2,)]
    assert [one["custom_id"] for one in server.batches["msgbatch_2"]["requests"]] == [lost]


@pytest.mark.parametrize(
    "result",
    [
        "null",
        "7",
        '{"type": "succeeded"}',
        '{"type": "succeeded", "message": [7]}',
        '{"type": "succeeded", "message": {"type": "error", "error": {"message": "no"}}}',
    ],
)
def test_a_result_that_is_none_is_asked_for_again(run: Run, server: MessagesServer, ask: Ask, result: str) -> None:
    run("generate", "--batch", "--kinds", "analogy")
    server.end_batches()
    first, *lines = results(server)
    lost = json.loads(first)["custom_id"]
    given(server, [f'{{"custom_id": "{lost}", "result": {result}}}', *lines])
    assert "2 layers, 1 request came to nothing." in run("generate", "--batch", "--kinds", "analogy").stderr
    assert ask("SELECT count(*) FROM layer") == [(2,)]
    assert ask("SELECT count(*) FROM answer") == [(2,)]
    assert [one["custom_id"] for one in server.batches["msgbatch_2"]["requests"]] == [lost]


def test_an_answer_is_one_whatever_its_result_is_called(run: Run, server: MessagesServer, ask: Ask) -> None:
    run("generate", "--batch", "--kinds", "analogy")
    server.end_batches()
    given(server, [line.replace('"succeeded"', '"done"') for line in results(server)])
    assert run("generate", "--batch", "--kinds", "analogy").exit_code == 0
    assert ask("SELECT count(*) FROM layer") == [(3,)]


def test_results_that_break_off_between_two_lines_are_asked_for_again(
    run: Run, server: MessagesServer, ask: Ask
) -> None:
    run("generate", "--batch", "--kinds", "analogy")
    server.end_batches()
    given(server, results(server)[:1])
    assert run("generate", "--batch", "--kinds", "analogy").exit_code == 0
    assert ask("SELECT count(*) FROM layer") == [(3,)]
    assert len(server.batches) == 1


def test_a_line_that_comes_twice_stands_for_none_that_is_missing(run: Run, server: MessagesServer, ask: Ask) -> None:
    run("generate", "--batch", "--kinds", "analogy")
    server.end_batches()
    given(server, [results(server)[0]] * 3)
    assert run("generate", "--batch", "--kinds", "analogy").exit_code == 0
    assert ask("SELECT count(*), count(DISTINCT request_id) FROM answer") == [(3, 3)]
    assert len(server.batches) == 1


def test_results_of_another_batch_end_none(run: Run, server: MessagesServer, ask: Ask) -> None:
    run("generate", "--batch", "--kinds", "analogy", "--limit", "1")
    server.end_batches()
    (others,) = results(server)
    run("generate", "--batch", "--kinds", "analogy")
    server.end_batches()
    for _ in range(2):
        given(server, [others] * 2, batch="msgbatch_2")
    server.script.insert(1, Reply(path="/v1/messages/batches/msgbatch_2"))  # which is looked at before
    result = run("generate", "--batch", "--kinds", "analogy")
    assert "does not give the results of batch msgbatch_2" in result.stderr
    assert result.exit_code == 1
    assert ask("SELECT state FROM remote_batch") == [("collected",), ("submitted",)]
    server.script.clear()
    assert run("generate", "--batch", "--kinds", "analogy").exit_code == 0
    assert ask("SELECT count(*) FROM layer") == [(3,)]
    assert len(server.batches) == 2


@pytest.mark.parametrize("first", [True, False])
def test_an_answer_counts_wherever_an_error_to_the_same_request_stands(
    run: Run, server: MessagesServer, ask: Ask, first: bool
) -> None:
    run("generate", "--batch", "--kinds", "analogy")
    server.end_batches()
    answer, *others = results(server)
    request = json.loads(answer)["custom_id"]
    error = json.dumps({"custom_id": request, "result": {"type": "errored", "error": {"message": "overloaded"}}})
    given(server, [error, answer, *others] if first else [answer, *others, error])
    result = run("generate", "--batch", "--kinds", "analogy")
    assert "3 layers, 0 requests came to nothing." in result.stderr
    assert result.exit_code == 0
    assert ask("SELECT count(*) FROM layer") == [(3,)]
    assert len(server.batches) == 1


@pytest.mark.parametrize("name", ["null", '""', "7"])
def test_a_batch_that_got_no_name_is_in_doubt(run: Run, server: MessagesServer, ask: Ask, name: str) -> None:
    raw = ("application/json", f'{{"type": "message_batch", "id": {name}}}'.encode())
    server.script.append(Reply(path="/v1/messages/batches", raw=raw))
    assert "Whether the batch was accepted is not known" in run("generate", "--batch", "--kinds", "analogy").stderr
    server.script.clear()
    server.end_batches()
    assert run("generate", "--batch", "--kinds", "analogy").exit_code == 0
    assert ask("SELECT count(*) FROM layer") == [(3,)]
    assert len(server.batches) == 1


@pytest.mark.parametrize("page", [[], ["<p>Log in to", "the hotel's", "network.", "Thank you."], ['{"error": "no"}']])
def test_a_page_in_the_place_of_the_results_ends_no_batch(
    run: Run, server: MessagesServer, ask: Ask, page: list[str]
) -> None:
    run("generate", "--batch", "--kinds", "analogy")
    server.end_batches()
    for _ in range(2):
        given(server, page)
    server.script.insert(1, Reply(path="/v1/messages/batches/msgbatch_1"))  # which is looked at before
    assert run("generate", "--batch", "--kinds", "analogy").exit_code == 1
    assert ask("SELECT state FROM remote_batch") == [("submitted",)]
    server.script.clear()
    assert run("generate", "--batch", "--kinds", "analogy").exit_code == 0
    assert ask("SELECT count(*) FROM layer") == [(3,)]
    assert len(server.batches) == 1


def test_a_batch_whose_results_do_not_come_keeps_no_other_from_being_collected(
    run: Run, server: MessagesServer, ask: Ask
) -> None:
    run("generate", "--batch", "--kinds", "analogy", "--limit", "1")
    run("generate", "--batch", "--kinds", "analogy")
    server.end_batches()
    server.script.append(Reply(path="/v1/messages/batches/msgbatch_1", status=500))
    result = run("generate", "--batch", "--kinds", "analogy")
    assert result.exit_code == 1
    assert "says 500" in result.stderr
    assert ask("SELECT state FROM remote_batch") == [("submitted",), ("collected",)]
    assert run("generate", "--batch", "--kinds", "analogy").exit_code == 0
    assert ask("SELECT count(*) FROM layer") == [(3,)]
    assert len(server.batches) == 2


def test_a_batch_that_nobody_knows_keeps_no_other_from_being_collected(
    run: Run, server: MessagesServer, ask: Ask
) -> None:
    run("generate", "--batch", "--kinds", "analogy", "--limit", "1")
    run("generate", "--batch", "--kinds", "analogy")
    server.end_batches()
    lost = server.batches.pop("msgbatch_1")
    result = run("generate", "--batch", "--kinds", "analogy")
    assert (result.exit_code, "Batch msgbatch_1 is not known" in result.stderr) == (1, True)
    assert ask("SELECT state FROM remote_batch") == [("submitted",), ("collected",)]
    assert ask("SELECT count(*) FROM layer") == [(2,)]
    server.batches["msgbatch_1"] = lost
    assert run("generate", "--batch", "--kinds", "analogy").exit_code == 0
    assert ask("SELECT count(*) FROM layer") == [(3,)]


def test_results_are_asked_for_where_the_batch_is(run: Run, server: MessagesServer, ask: Ask) -> None:
    run("generate", "--batch", "--kinds", "analogy")
    server.end_batches()
    with MessagesServer() as other:
        told = {"id": "msgbatch_1", "results_url": f"{other.url}/v1/messages/batches/msgbatch_1/results"}
        path = "/v1/messages/batches/msgbatch_1"
        raw = ("application/json", json.dumps(told).encode())
        server.script.extend([Reply(path=path), Reply(path=path, raw=raw)])
        assert run("generate", "--batch", "--kinds", "analogy").exit_code == 0
        assert not other.received
    assert ask("SELECT count(*) FROM layer") == [(3,)]


@pytest.mark.parametrize("lost", [True, False])
def test_a_batch_whose_results_are_kept_no_longer_is_forgotten(
    run: Run, server: MessagesServer, ask: Ask, lost: bool
) -> None:
    server.lose_create_answer = lost
    run("generate", "--batch", "--kinds", "analogy")
    server.lose_create_answer = False
    server.end_batches()
    server.batches["msgbatch_1"]["archived_at"] = "2026-01-30T00:00:00Z"
    assert "its requests are free again" in run("generate", "--batch", "--kinds", "analogy").stderr
    assert ask("SELECT state FROM remote_batch ORDER BY id") == [("abandoned",), ("submitted",)]


@pytest.mark.parametrize("at", ["2000-01-01T00:00:00.000Z", "2100-01-01T00:00:00.000Z"])
def test_a_batch_is_found_again_whatever_the_clock_said_when_it_was_submitted(
    run: Run, server: MessagesServer, ask: Ask, texts: Path, at: str
) -> None:
    server.lose_create_answer = True
    run("generate", "--batch", "--kinds", "analogy")
    server.lose_create_answer = False
    server.end_batches()
    with closing(sqlite3.connect(texts)) as connection, connection:
        connection.execute("UPDATE remote_batch SET created_at = ?", (at,))
    assert "did arrive" in run("generate", "--batch", "--kinds", "analogy").stderr
    assert len(server.batches) == 1
    assert ask("SELECT count(*) FROM layer") == [(3,)]


@pytest.mark.parametrize("replaced", [False, True])
def test_a_batch_whose_file_goes_while_it_is_collected_is_collected_in_what_is_rescued(
    run: Run, server: MessagesServer, texts: Path, replaced: bool
) -> None:
    run("generate", "--batch", "--kinds", "analogy")
    server.end_batches()
    held = threading.Event()
    path = "/v1/messages/batches/msgbatch_1"
    server.script.extend([Reply(path=path), Reply(path=path), Reply(path=f"{path}/results", until=held)])
    words = ["--db", str(texts), "generate", "--batch", "--kinds", "analogy"]
    process = subprocess.Popen([sys.executable, "-m", "unpack_tui", *words], stderr=subprocess.PIPE, text=True)
    server.wait_for(1, f"{path}/results")
    lose(texts, replaced=replaced)
    held.set()
    said = process.communicate()[1]
    assert process.returncode == 1
    assert "Traceback" not in said
    (rescued,) = texts.parent.glob("*.rescued*.db")
    assert f"all that it held is kept in {rescued}" in said
    assert run("--db", str(rescued), "generate", "--batch", "--kinds", "analogy").exit_code == 0
    assert len(server.batches) == 1
    with Store.open(rescued) as store:
        assert store.one("SELECT count(*), count(DISTINCT request_id) FROM answer") == (3, 3)
        assert store.one("SELECT count(*) FROM layer") == (3,)
        assert store.one("SELECT state FROM remote_batch") == ("collected",)
