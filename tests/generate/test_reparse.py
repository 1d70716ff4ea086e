"""`generate --reparse`: stored answers are read again, by a reader that may have learned since."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.messages_server import MessagesServer, Reply
from unpack_core.generate.asking import Asker
from unpack_core.generate.claude import Claude
from unpack_core.generate.ledger import Ledger
from unpack_core.generate.price import Prices
from unpack_core.generate.rewrite import Rewriter
from unpack_core.recipe import built_in
from unpack_core.store import Store

Run = Callable[..., Result]
Ask = Callable[..., list[Any]]

pytestmark = pytest.mark.usefixtures("texts", "server")

_READABLE = json.dumps({
    "content": [{"type": "text", "text": '{"analogy": [{"quote": "", "text": "A scale.", "answer": ""}]}'}],
    "stop_reason": "end_turn",
})  # fmt: skip


def understood_since(ask: Ask, request_id: int) -> None:
    """As if today's reader could read an answer that was stored and read in vain before."""
    ask(
        "INSERT INTO answer (request_id, body, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens,"
        " cost_usd, received_at) VALUES (?, ?, 1, 1, 0, 0, 0.1, '2026-01-01T00:00:00+00:00')",
        request_id, _READABLE,
    )  # fmt: skip


def test_a_layer_comes_of_an_answer_that_could_not_be_read_before(run: Run, server: MessagesServer, ask: Ask) -> None:
    server.script.extend([Reply(text="no"), Reply(text="no")])
    assert run("generate", "--kinds", "analogy", "--limit", "1").exit_code == 1
    assert "0 layers more" in run("generate", "--reparse").stderr
    understood_since(ask, 1)

    result = run("generate", "--reparse", "--json")

    assert json.loads(result.stdout) == {"answers": 2, "layers": 1, "versions": 0}
    assert ask("SELECT text FROM version") == [("(1) A scale.",)]
    assert ask("SELECT state FROM request WHERE id = 1") == [("done",)]
    assert len(server.asked()) == 2
    assert json.loads(run("generate", "--reparse", "--json").stdout)["layers"] == 0


def test_a_new_text_comes_of_it_where_the_layer_was_asked_for_again(
    run: Run, server: MessagesServer, ask: Ask, texts: Path
) -> None:
    assert run("generate", "--kinds", "analogy", "--limit", "1").exit_code == 0
    server.script.append(Reply(text="no"))

    async def ask_again() -> None:
        with Store.open(texts) as store:
            async with Claude() as client:
                asker = Asker(Ledger(store), client, Prices.load())
                await Rewriter(Ledger(store), asker, built_in(), "claude-sonnet-5-5").rewrite(1)

    asyncio.run(ask_again())
    assert ask("SELECT state FROM request WHERE layer_id = 1") == [("failed",)]
    understood_since(ask, 2)

    assert "1 new text among the versions" in run("generate", "--reparse").stderr
    assert ask("SELECT text, origin FROM version WHERE id <> (SELECT head_id FROM layer)") == [
        ("(1) A scale.", "regenerated")
    ]
