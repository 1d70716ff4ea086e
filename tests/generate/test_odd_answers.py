"""What answers in the place of the Messages API, and is something else, is a fault with its sentence."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.messages_server import MessagesServer, Reply
from unpack_core.errors import GenerationError
from unpack_core.generate.claude import Claude
from unpack_core.generate.faults import DoubtError, PassingError, PauseError, UnfitError
from unpack_core.generate.reply import Reply as Answer

ASKED: Mapping[str, Any] = {
    "model": "claude-sonnet-5-5", "max_tokens": 9, "messages": [{"role": "user", "content": "?"}],
}  # fmt: skip
START = {"type": "message_start", "message": {"content": [], "usage": {"input_tokens": 1, "output_tokens": 1}}}
TEXT = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "a"}}


def events(*said: Mapping[str, Any]) -> tuple[str, bytes]:
    lines = [f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in said]
    return "text/event-stream", "".join(lines).encode()


async def sent() -> Answer:
    async with Claude() as client:
        return await client.send(ASKED)


async def streamed() -> Answer:
    async with Claude() as client:
        return await client.stream(ASKED, lambda _: None)


@pytest.mark.parametrize(
    "raw",
    [
        ("text/html", b"<p>Log in to the hotel's network."),
        ("application/json", b""),
        ("application/json", b'{"content": ['),
        ("application/json", b"null"),
        ("application/json", b'{"detail": "Back soon."}'),
        ("application/json", b'"\xff"'),
        ("application/json", b"[" * 100_000),
    ],
)
def test_what_is_no_message_may_be_one_the_next_time(server: MessagesServer, raw: tuple[str, bytes]) -> None:
    server.script.append(Reply(raw=raw))
    with pytest.raises(PassingError, match="not as the Messages API does"):
        asyncio.run(sent())


@pytest.mark.parametrize(
    "raw",
    [
        events({"type": "message_stop"}),
        ("text/event-stream", b"event: message_start\ndata: {nope\n\n"),
        ("text/event-stream", b"event: message_start\ndata: null\n\n"),
        ("text/html", b"<p>Log in to the hotel's network."),
        ("application/json", b"[]"),
    ],
)
def test_nor_is_a_stream_in_which_no_message_comes(server: MessagesServer, raw: tuple[str, bytes]) -> None:
    server.script.append(Reply(raw=raw))
    with pytest.raises(PassingError, match="not as the Messages API does"):
        asyncio.run(streamed())


def test_a_stream_that_does_not_say_why_it_stopped_was_cut(server: MessagesServer) -> None:
    server.script.append(Reply(raw=events(START, TEXT)))
    with pytest.raises(PassingError, match="cut the line"):
        asyncio.run(streamed())


BARE = {"type": "message_start", "message": {"content": []}}
BLOCK = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
ASKS = {"type": "content_block_start", "index": 0, "content_block": {"type": "tool_use", "input": {}}}
JSON = {"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": '{"a": 1}'}}
WHY = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}
COUNT = {"type": "message_delta", "delta": {}, "usage": {"output_tokens": 7}}
STOP = {"type": "message_stop"}
SAID = {"type": "text", "text": "a"}


@pytest.mark.parametrize(
    ("said", "content"),
    [
        ([BARE, BLOCK, TEXT, WHY, STOP], SAID),
        ([BARE, BLOCK, TEXT, STOP], SAID),
        ([BARE, BLOCK, TEXT, WHY], SAID),
        ([START, BLOCK, TEXT, WHY, {"type": "error", "error": {"type": "overloaded_error"}}], SAID),
        ([BARE, TEXT, WHY, COUNT, STOP], SAID),
        ([TEXT, STOP], SAID),
        ([{**BARE, "message": {"content": [SAID]}}, STOP], SAID),
        ([BARE, ASKS, JSON, WHY, STOP], {"type": "tool_use", "input": {"a": 1}}),
    ],
)
def test_a_stream_that_lacks_something_beside_its_text_is_an_answer(
    server: MessagesServer, said: list[Mapping[str, Any]], content: object
) -> None:
    server.script.append(Reply(raw=events(*said)))
    answer = asyncio.run(streamed())
    assert answer.body["content"] == [content]
    assert answer.usage.output_tokens == (7 if COUNT in said else 1 if START in said else 0)


@pytest.mark.parametrize("junk", [b"{nope", b"null", b"[1]", b'"\xff"'])
def test_what_comes_after_all_of_a_message_takes_nothing_from_it(server: MessagesServer, junk: bytes) -> None:
    kind, whole = events(START, BLOCK, TEXT, WHY)
    server.script.append(Reply(raw=(kind, whole + b"event: message_delta\ndata: " + junk + b"\n\n")))
    assert asyncio.run(streamed()).body["content"] == [SAID]


def test_nor_need_it_be_a_stream(server: MessagesServer) -> None:
    server.script.append(Reply(raw=("application/json", json.dumps({"content": [SAID]}).encode())))
    assert asyncio.run(streamed()).body["content"] == [SAID]


ERRORS = pytest.mark.parametrize(
    ("kind", "fault"),
    [
        ("overloaded_error", PauseError),
        ("rate_limit_error", PauseError),
        ("api_error", PassingError),
        ("authentication_error", GenerationError),
        ("invalid_request_error", UnfitError),
    ],
)


def error(kind: str, **more: object) -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": "no"}, **more}


@ERRORS
@pytest.mark.parametrize("ask", [sent, streamed])
def test_an_error_in_the_place_of_an_answer_is_what_it_would_have_been_with_its_status(
    server: MessagesServer, kind: str, fault: type[Exception], ask: Callable[[], Coroutine[Any, Any, Answer]]
) -> None:
    server.script.append(Reply(raw=("application/json", json.dumps(error(kind)).encode())))
    with pytest.raises(fault):
        asyncio.run(ask())


@pytest.mark.parametrize("ask", [sent, streamed])
def test_so_is_one_that_is_no_more_than_a_sentence(
    server: MessagesServer, ask: Callable[[], Coroutine[Any, Any, Answer]]
) -> None:
    server.script.append(Reply(raw=("application/json", b'{"error": "model not found"}')))
    with pytest.raises(PassingError):
        asyncio.run(ask())


def test_an_error_that_was_paid_for_is_kept_with_what_it_cost_and_one_that_was_not_is_no_answer(
    run: Callable[..., Result], server: MessagesServer, ask: Callable[..., list[Any]]
) -> None:
    free, paid = error("api_error"), error("api_error", usage={"input_tokens": 100, "output_tokens": 50})
    server.script += [Reply(raw=("application/json", json.dumps(said).encode())) for said in (free, paid)]
    assert run("generate", "--kinds", "analogy", "--limit", "1").exit_code == 0
    assert ask("SELECT sum(input_tokens), count(*), sum(body LIKE '%api_error%') FROM answer") == [(200, 2, 1)]


def test_a_message_is_one_whatever_the_server_calls_it(server: MessagesServer) -> None:
    server.script.append(Reply(raw=("text/plain", json.dumps({"content": [SAID]}).encode())))
    assert asyncio.run(sent()).body["content"] == [SAID]


def test_the_events_of_a_stream_need_no_names(server: MessagesServer) -> None:
    kind, said = events(START, BLOCK, TEXT, WHY, STOP)
    nameless = b"".join(line + b"\n" for line in said.split(b"\n") if not line.startswith(b"event:"))
    server.script.append(Reply(raw=(kind, nameless)))
    assert asyncio.run(streamed()).body["content"] == [SAID]


@ERRORS
def test_an_error_in_the_middle_of_a_stream_is_what_it_would_have_been_before(
    server: MessagesServer, kind: str, fault: type[Exception]
) -> None:
    server.script.append(Reply(raw=events(START, error(kind))))
    with pytest.raises(fault):
        asyncio.run(streamed())


def test_whether_a_batch_arrived_that_was_answered_with_something_else_is_not_known(server: MessagesServer) -> None:
    path = "/v1/messages/batches"
    server.script.append(Reply(path=path, raw=("text/html", b"<p>Thank you.")))

    async def create() -> str:
        async with Claude() as client:
            return await client.create_batch([{"custom_id": "a", "params": ASKED}])

    with pytest.raises(DoubtError):
        asyncio.run(create())


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7.0),
        ("0", None),
        ("-1", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", None),
        ("Wed, 21 Oct 2015 07:28:00", None),
        ("Wed, 21 Oct 2015 07:28:00 -0000", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("1e9", None),
    ],
)
def test_how_long_all_wait_is_what_somebody_would_wait_for(
    server: MessagesServer, said: str, seconds: float | None
) -> None:
    server.script.append(Reply(status=429, headers={"retry-after": said}))
    with pytest.raises(PauseError) as pause:
        asyncio.run(sent())
    assert pause.value.seconds == seconds


@pytest.mark.parametrize("odd", [-5, "5", None, [5], 2**63])
def test_a_count_of_tokens_that_is_none_costs_nothing(server: MessagesServer, odd: object) -> None:
    server.script.append(Reply(usage={"input_tokens": odd, "output_tokens": 7.0}))
    usage = asyncio.run(sent()).usage
    assert (usage.input_tokens, usage.output_tokens) == (0, 7)


def test_what_an_answer_cost_whose_tokens_nobody_counted_is_not_known(
    run: Callable[..., Result], server: MessagesServer, ask: Callable[..., list[Any]]
) -> None:
    server.script += [Reply(usage={}), Reply(usage={})]
    words = ("generate", "--kinds", "analogy", "--concurrency", "1")
    assert "cost unknown" in run(*words, "--limit", "1").stderr
    result = run(*words, "--max-cost", "5")
    assert (result.exit_code, len(server.asked())) == (1, 2)
    assert "so --max-cost cannot hold" in result.stderr
    assert ask("SELECT count(*), sum(cost_usd), (SELECT count(*) FROM layer) FROM answer") == [(2, None, 2)]


def test_what_is_free_costs_nothing_also_where_nobody_counts(
    run: Callable[..., Result],
    server: MessagesServer,
    ask: Callable[..., list[Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "unpack-tui").mkdir()
    (tmp_path / "unpack-tui" / "prices.toml").write_text("[[price]]\nmodel = 'qwen*'\ninput = 0\noutput = 0\n")
    server.script.append(Reply(usage={}))
    result = run("generate", "--model", "qwen3", "--kinds", "analogy", "--limit", "1", "--max-cost", "5")
    assert result.exit_code == 0, result.stderr
    assert ask("SELECT cost_usd FROM answer") == [(0,)]


@pytest.mark.parametrize(("odd", "stored"), [('"a\\ud83db"', "a?b"), ("9" * 30, 1e30), ("1e999", None), ("NaN", None)])
def test_an_answer_is_stored_whatever_stands_beside_it(
    run: Callable[..., Result], server: MessagesServer, ask: Callable[..., list[Any]], odd: str, stored: object
) -> None:
    text = json.dumps({"analogy": [{"quote": "", "text": "as a promise", "answer": ""}]})
    said = json.dumps({"content": [{"type": "text", "text": text}], "usage": {"output_tokens": 5}, "odd": "here"})
    server.script.append(Reply(raw=("application/json", said.replace('"here"', odd).encode())))
    assert run("generate", "--kinds", "analogy", "--limit", "1").exit_code == 0
    assert ask("SELECT text FROM version") == [("(1) as a promise",)]
    assert [json.loads(body)["odd"] for (body,) in ask("SELECT body FROM answer")] == [stored]


def test_an_answer_that_nests_deeper_than_anybody_looks_is_none(server: MessagesServer) -> None:
    server.script.append(Reply(raw=("application/json", b'{"odd": ' + b"[" * 300 + b"]" * 300 + b"}")))
    with pytest.raises(PassingError, match="not as the Messages API does"):
        asyncio.run(sent())


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("ask", [sent, streamed])
def test_what_is_asked_is_not_sent_on_to_a_host_that_nobody_named(
    server: MessagesServer, status: int, ask: Callable[[], Coroutine[Any, Any, Answer]]
) -> None:
    with MessagesServer() as other:
        server.script.append(Reply(status=status, headers={"location": f"{other.url}/v1/messages"}))
        with pytest.raises(GenerationError, match="which nobody named") as refused:
            asyncio.run(ask())
        assert other.url.removeprefix("http://") in str(refused.value)
        assert not other.received


def test_what_is_asked_is_sent_on_within_its_host(server: MessagesServer) -> None:
    server.script.append(Reply(status=307, headers={"location": "/v2/messages"}))
    assert asyncio.run(sent()).body["content"]
    assert len(server.asked("/v2/messages")) == 1
