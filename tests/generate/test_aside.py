"""Answers that were put beside the file: whole, taken in by `import`, and paid for once."""

from __future__ import annotations

import json
import resource
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.generate.conftest import TEXTS
from tests.generate.test_elsewhere import results
from tests.generate.test_stopping import PLAN
from tests.messages_server import Reply, message
from unpack_core.generate.aside import put_aside
from unpack_core.generate.asking import Asker
from unpack_core.generate.claude import Claude
from unpack_core.generate.ledger import Ledger
from unpack_core.generate.price import Prices
from unpack_core.generate.request import regenerate
from unpack_core.generate.run import Run
from unpack_core.model import Origin
from unpack_core.store import Store

Command = Callable[..., Result]
Ask = Callable[..., list[Any]]


@pytest.mark.usefixtures("server")
async def test_a_layer_that_was_made_again_is_offered_and_paid_for_in_full(texts: Path, run: Command, ask: Ask) -> None:
    with Store.open(texts) as store:
        async with Claude() as client:
            ledger = Ledger(store)
            asker = Asker(ledger, client, Prices.load())
            await Run(ledger, asker, replace(PLAN, limit=1))()
            layer = store.layer(1)
            request = regenerate(PLAN.recipe, TEXTS[0], "en", "analogy", layer.head.text, model=PLAN.model)
            entry = ledger.enter(request, asker.identity, layer.paragraph_id, layer.id)
        text = json.dumps({"analogy": [{"quote": "", "text": "Another likeness.", "answer": ""}]})
        aside = put_aside(texts, entry.identity, message(request.parameters(), Reply(text=text)))
    assert run("import", aside.name).exit_code == 0
    assert "1 taken before" in run("import", aside.name).stderr
    with Store.open(texts) as store:
        assert store.layer(1).versions == 2
        assert store.layer(1).head.origin == Origin.GENERATED
    generated, again = ask("SELECT cost_usd FROM answer ORDER BY id")
    assert generated == again


@pytest.mark.usefixtures("server")
def test_an_answer_that_was_asked_for_again_before_it_was_taken_in_is_paid_for_all_the_same(
    texts: Path, run: Command, ask: Ask
) -> None:
    assert run("generate", "--kinds", "analogy", "--limit", "1").exit_code == 0
    ((identity, body),) = ask("SELECT identity, body FROM request r JOIN answer a ON a.request_id = r.id")
    aside = put_aside(texts, identity, {**json.loads(body), "id": "msg_2"})
    for _ in range(2):
        assert run("import", aside.name).exit_code == 0
    assert ask("SELECT count(*), count(DISTINCT cost_usd), sum(input_tokens) FROM answer") == [(2, 1, 200)]
    assert ask("SELECT count(*), (SELECT state FROM request) FROM layer") == [(1, "done")]
    assert run("doctor").exit_code == 0


@pytest.mark.usefixtures("texts")
def test_what_cannot_be_read_is_paid_for_once(run: Command, ask: Ask) -> None:
    line = run("export", "requests", "--kinds", "analogy").stdout.splitlines()[0]
    Path("r.jsonl").write_text(results([json.loads(line)]).replace("analogy", "nothing"))
    assert "1 came to nothing" in run("import", "r.jsonl").stderr
    assert "1 taken before" in run("import", "r.jsonl").stderr
    assert ask("SELECT count(*) FROM answer") == [(1,)]


def test_it_is_whole_or_not_there(tmp_path: Path) -> None:
    aside = put_aside(tmp_path / "x.db", "a", {"content": "short"})
    before = aside.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            put_aside(tmp_path / "x.db", "b", {"content": "long" * 1000})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert aside.read_bytes() == before
    assert aside.stat().st_mode & 0o777 == 0o600
