"""`unpack-tui generate` against a server that speaks the Messages API."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.generate.conftest import TEXTS
from tests.messages_server import MessagesServer, Reply

Run = Callable[..., Result]
Ask = Callable[..., list[Any]]

pytestmark = pytest.mark.usefixtures("texts", "server")

NINE = 9


def layers(ask: Ask) -> list[tuple[str, int]]:
    return ask("SELECT kind, count(*) FROM layer GROUP BY kind ORDER BY kind")


def test_every_missing_layer_is_made_once(run: Run, server: MessagesServer, ask: Ask) -> None:
    result = run("generate")
    assert result.exit_code == 0, result.output
    assert len(server.asked()) == 3  # one request a paragraph, for all its kinds
    assert ask("SELECT count(*), count(DISTINCT kind) FROM layer") == [(27, NINE)]
    assert ask("SELECT DISTINCT status FROM layer") == [("pending",)]
    first = "SELECT text FROM layer JOIN version v ON v.id = head_id WHERE kind = 'question' AND paragraph_id = 1"
    assert ask(first) == [("(1) “Justice is” What stands behind the conformity of. — [so / not so]",)]
    assert run("generate").exit_code == 0
    assert len(server.asked()) == 3
    assert ask("SELECT count(*) FROM layer") == [(27,)]
    assert run("doctor").exit_code == 0


def test_only_what_is_named_is_made(run: Run, ask: Ask) -> None:
    assert run("generate", "--kinds", "analogy,paradox", "--limit", "1").exit_code == 0
    assert layers(ask) == [("analogy", 1), ("paradox", 1)]
    assert run("generate", "--kinds", "analogy", "--where", "lang:ru").exit_code == 0
    assert ask("SELECT lang, count(*) FROM layer JOIN paragraph p ON p.id = paragraph_id GROUP BY lang") == [
        ("en", 2),
        ("ru", 1),
    ]
    assert run("generate", "--kinds", "analogie").exit_code == 2
    assert run("generate", "--where", "lnag:ru").exit_code == 1


def test_provenance_and_cost_add_up(run: Run, server: MessagesServer, ask: Ask) -> None:
    result = run("generate", "--model", "claude-sonnet-5-5", "--effort", "low", "--json")
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert said["layers"] == 27
    assert said["cost_usd"] == pytest.approx(3 * (100 * 2 + 50 * 10) / 1e6)
    assert ask("SELECT sum(input_tokens), sum(output_tokens) FROM version") == [(300, 150)]
    assert ask("SELECT sum(cost_usd) FROM version")[0][0] == pytest.approx(said["cost_usd"])
    assert ask("SELECT DISTINCT origin, model, effort FROM version") == [("generated", "claude-sonnet-5-5", "low")]
    assert ask("SELECT count(*) FROM version v JOIN recipe r ON r.hash = v.recipe") == [(27,)]
    stats = json.loads(run("stats", "--json").stdout)
    assert stats["cost_usd"] == pytest.approx(said["cost_usd"])
    assert server.asked()[0]["output_config"]["effort"] == "low"


def test_a_fault_of_form_is_repaired_once_and_then_stays_to_be_seen(run: Run, server: MessagesServer, ask: Ask) -> None:
    server.script.append(Reply(text="I would rather not write JSON."))
    assert run("generate", "--limit", "1", "--kinds", "analogy").exit_code == 0
    assert layers(ask) == [("analogy", 1)]
    repair = server.asked()[1]
    assert "I would rather" in repair["messages"][1]["content"]
    assert "JSON" in repair["messages"][2]["content"]
    server.script.extend([Reply(text="no"), Reply(text="never")])
    result = run("generate", "--limit", "1", "--kinds", "paradox")
    assert result.exit_code == 1
    assert "not the JSON object" in result.stderr
    assert ask("SELECT purpose, state FROM request WHERE state = 'failed' ORDER BY id") == [
        ("unpack", "failed"),
        ("repair", "failed"),
    ]
    assert ask("SELECT count(*) FROM answer") == [(4,)]  # all of them were paid for
    assert sum(json.loads(run("stats", "--json").stdout)["unmade"].values()) == 1
    assert "not the JSON object" in run("stats").stdout
    assert run("generate", "--limit", "1", "--kinds", "paradox").exit_code == 0  # a failure is no answer
    assert layers(ask) == [("analogy", 1), ("paradox", 1)]


def items(kind: str, *quotes: str, text: str = "What nobody has asked yet.") -> str:
    return json.dumps({kind: [{"quote": quote, "text": text, "answer": ""} for quote in quotes]}, ensure_ascii=False)


def test_a_misquotation_is_asked_about_once_and_what_was_good_is_kept(
    run: Run, server: MessagesServer, ask: Ask
) -> None:
    good, bad = items("analogy", "norms of morality"), items("paradox", "norms of hilarity")
    server.script.append(Reply(text=json.dumps(json.loads(good) | json.loads(bad))))
    server.script.append(Reply(text=items("paradox", "conformity of deeds")))
    result = run("generate", "--limit", "1", "--kinds", "analogy,paradox", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["done"] == 1
    repair = server.asked()[1]
    assert "norms of hilarity" in repair["messages"][2]["content"]
    assert repair["output_config"]["format"]["schema"]["required"] == ["paradox"]
    assert ask("SELECT kind, text, request_id FROM layer JOIN version v ON v.id = head_id ORDER BY kind") == [
        ("analogy", "(1) “norms of morality” What nobody has asked yet.", 1),
        ("paradox", "(1) “conformity of deeds” What nobody has asked yet.", 2),
    ]
    assert ask("SELECT DISTINCT state FROM request") == [("done",)]


def test_what_a_repair_does_not_mend_is_kept_to_be_seen(run: Run, server: MessagesServer, ask: Ask) -> None:
    russian = items("analogy", "morality", text="Так весы сверяют с гирей, о которой все договорились заранее.")
    server.script.extend([Reply(text=russian), Reply(text="I cannot.")])
    assert run("generate", "--limit", "1", "--kinds", "analogy").exit_code == 0
    assert "Russian" in server.asked()[1]["messages"][2]["content"]
    assert ask("SELECT request_id FROM version") == [(1,)]
    assert ask("SELECT purpose, state FROM request") == [("unpack", "done"), ("repair", "failed")]


def test_where_the_run_ends_before_the_repair_the_first_answer_has_to_do(
    run: Run, server: MessagesServer, ask: Ask
) -> None:
    server.script.extend([Reply(text=items("analogy", "norms of hilarity")), Reply(status=401, message="no more")])
    assert run("generate", "--limit", "1", "--kinds", "analogy").exit_code == 1
    assert ask("SELECT text FROM version") == [("(1) “norms of hilarity” What nobody has asked yet.",)]
    assert run("generate", "--kinds", "analogy").exit_code == 0
    assert len(server.asked()) == 4
    assert ask("SELECT count(*) FROM layer") == [(3,)]


def test_an_answer_that_ran_out_of_tokens_gives_what_is_whole_and_the_rest_is_asked_for_with_more(
    run: Run, server: MessagesServer, ask: Ask
) -> None:
    cut = items("analogy", "norms of morality").removesuffix("}") + ', "paradox": [{"quote": "Just'
    server.script.append(Reply(text=cut, stop_reason="max_tokens"))
    assert run("generate", "--limit", "1", "--kinds", "analogy,paradox").exit_code == 0
    first, repair = server.asked()
    assert repair["output_config"]["format"]["schema"]["required"] == ["paradox"]
    assert repair["max_tokens"] == 2 * first["max_tokens"]
    assert ask("SELECT kind, request_id FROM layer JOIN version v ON v.id = head_id ORDER BY kind") == [
        ("analogy", 1),
        ("paradox", 2),
    ]


def test_a_refusal_is_shown_and_not_asked_again(run: Run, server: MessagesServer, ask: Ask) -> None:
    server.script.append(Reply(text="", stop_reason="refusal"))
    result = run("generate", "--limit", "1", "--kinds", "analogy")
    assert "1 request came to nothing:\n  1 × refused" in result.stderr
    assert ask("SELECT state FROM request") == [("refused",)]
    run("generate", "--limit", "1", "--kinds", "analogy")
    assert ask("SELECT paragraph_id, state FROM request ORDER BY id") == [(1, "refused"), (2, "done")]


def test_rate_limits_are_waited_out_together(run: Run, server: MessagesServer, ask: Ask) -> None:
    server.script.extend([Reply(status=429, headers={"retry-after": "0"}), Reply(status=529), Reply(status=503)])
    assert run("generate", "--kinds", "analogy").exit_code == 0
    assert layers(ask) == [("analogy", 3)]


@pytest.mark.parametrize(
    ("status", "message", "word"),
    [(401, "invalid key", "ANTHROPIC_API_KEY"), (402, "pay", "account"), (404, "no such model", "--model"),
     (400, "Your credit balance is too low", "account"), (403, "not yours", "may not")],
)  # fmt: skip
def test_what_cannot_be_waited_out_ends_the_run_in_a_sentence(
    run: Run, server: MessagesServer, ask: Ask, status: int, message: str, word: str
) -> None:
    server.script.append(Reply(status=status, message=message))
    result = run("generate", "--concurrency", "1")
    assert result.exit_code == 1
    assert word in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert len(server.asked()) == 1
    assert run("generate").exit_code == 0
    assert ask("SELECT count(*) FROM layer") == [(27,)]


def test_where_a_fault_ends_the_run_what_had_come_is_said_all_the_same(run: Run, server: MessagesServer) -> None:
    server.script.extend([Reply(), Reply(status=402, message="credit balance")])
    result = run("generate", "--kinds", "analogy", "--concurrency", "1", "--json")
    assert result.exit_code == 1
    assert "credit balance" in result.stderr
    said = json.loads(result.stdout)
    assert (said["layers"], said["ended_by"]) == (1, "fault")
    assert said["cost_usd"] > 0


def test_a_request_that_the_endpoint_does_not_take_ends_alone(run: Run, server: MessagesServer, ask: Ask) -> None:
    server.script.append(Reply(status=400, message="prompt is too odd"))
    result = run("generate", "--kinds", "analogy", "--concurrency", "1")
    assert result.exit_code == 1
    assert "prompt is too odd" in result.stderr
    assert layers(ask) == [("analogy", 2)]


def test_without_a_schema_the_shape_is_asked_for_in_words(run: Run, server: MessagesServer, ask: Ask) -> None:
    server.script.append(Reply(status=400, message="compiled grammar is too large"))
    said = 'Here it is:\n```json\n{"analogy": [{"quote": "", "text": "A scale.", "answer": "",}]}\n```'
    server.script.append(Reply(text=said))
    assert run("generate", "--kinds", "analogy", "--limit", "1").exit_code == 0
    assert "output_config" not in server.asked()[1]
    assert ask("SELECT text FROM version") == [("(1) A scale.",)]


def test_no_key_is_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    result = run("generate")
    assert result.exit_code == 1
    assert "ANTHROPIC_API_KEY" in result.stderr
    assert "--offline" in result.stderr


def test_the_budget_holds(run: Run, ask: Ask) -> None:
    each = (100 * 2 + 50 * 10) / 1e6
    result = run("generate", "--max-cost", str(each * 1.5), "--concurrency", "1")
    assert "budget" in result.stderr
    assert ask("SELECT sum(cost_usd) FROM answer")[0][0] <= each * 1.5
    assert run("generate", "--max-cost", "1", "--model", "somebody-elses").exit_code == 1
    assert run("generate", "--model", "somebody-elses").exit_code == 0
    assert ask("SELECT count(*) FROM answer WHERE cost_usd IS NULL") == [(2,)]


@pytest.mark.parametrize(("room", "answers"), [(1.5, 1), (2.5, 2), (9.0, 3)])
def test_the_budget_holds_however_many_may_be_in_flight(run: Run, ask: Ask, room: float, answers: int) -> None:
    each = (100 * 2 + 50 * 10) / 1e6
    result = run("generate", "--max-cost", str(each * room), "--concurrency", "64")
    assert ("budget" in result.stderr) == (answers < 3)
    assert ask("SELECT count(*), sum(cost_usd) FROM answer") == [(answers, pytest.approx(each * answers))]


def test_a_budget_that_not_even_a_paragraph_fits_in_asks_nothing(run: Run, server: MessagesServer) -> None:
    result = run("generate", "--max-cost", "0.0000001", "--json")
    assert (result.exit_code, json.loads(result.stdout)["ended_by"]) == (0, "budget")
    assert server.asked() == []


def test_dry_run_says_the_price_and_asks_nothing(run: Run, server: MessagesServer, ask: Ask) -> None:
    result = run("generate", "--dry-run")
    assert result.exit_code == 0, result.output
    assert "3 requests" in result.stderr
    assert "counted by the endpoint" in result.stderr
    assert "--batch" in result.stderr
    assert "2026" in result.stderr
    assert not server.asked()
    assert ask("SELECT count(*) FROM request") == [(0,)]
    server.count_tokens = False
    said = json.loads(run("generate", "--dry-run", "--json").stdout)
    assert said["requests"] == 3
    assert said["batch_cost_usd"] == pytest.approx(said["cost_usd"] / 2)
    assert "letters" in said["counted"]
    assert "not known" in run("generate", "--dry-run", "--model", "somebody-elses").stderr


def test_where_nothing_is_missing_nothing_would_be_asked(run: Run, server: MessagesServer) -> None:
    run("generate", "--offline")
    result = run("generate", "--dry-run", "--where", "kind:nothing")
    assert (result.exit_code, result.stderr) == (0, "No layer is missing: nothing would be asked.\n")
    said = json.loads(run("generate", "--dry-run", "--json", "--where", "kind:nothing").stdout)
    assert (said["requests"], said["cost_usd"], said["counted"]) == (0, 0, "nothing to count")
    assert not server.asked()


@pytest.mark.parametrize(
    "address",
    [
        "nonsense", "localhost:8000", "http://", "://", "ftp://host", "http://[x", "http://127.0.0.1:9\r",
        "http://host:secret", "http://x/\x1b]0;a\x07", "http://ex\xe4mple\u202e", "http://host:99999", "http://a..b",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_said_before_anything_is_asked(
    run: Run, server: MessagesServer, ask: Ask, address: str
) -> None:
    for words in (("generate",), ("generate", "--dry-run"), ("generate", "--batch")):
        result = run(*words, "--base-url", address)
        assert result.exit_code == 1
        assert result.stderr.startswith("unpack-tui: The address of the server is not one")
        assert result.stderr.count("\n") == 1
        assert "secret" not in result.output
    assert ask("SELECT count(*) FROM request") == [(0,)]
    assert not server.asked()


def test_an_empty_name_is_no_model(run: Run) -> None:
    for words in (("generate", "--dry-run"), ("export", "requests"), ("doctor",)):
        result = run(*words, "--model", "")
        assert result.exit_code == 2
        assert "name a model" in result.stderr


def test_own_prices_come_first_and_say_their_own_date(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    own = tmp_path / "unpack-tui" / "prices.toml"
    own.parent.mkdir()
    own.write_text('as_of = "2025-01-02"\n[[price]]\nmodel = "llama*"\ninput = 0\noutput = 0\n', encoding="utf-8")
    said = json.loads(run("generate", "--dry-run", "--json", "--model", "llama3.1").stdout)
    assert (said["cost_usd"], said["prices_as_of"], said["layers"]) == (0, "2025-01-02", 27)
    assert "prices of 2026" in run("generate", "--dry-run").stderr
    own.write_text(own.read_text(encoding="utf-8").partition("\n")[2], encoding="utf-8")
    assert "have no date" in run("generate", "--dry-run", "--model", "llama3.1").stderr


def test_offline_needs_nothing_and_says_what_it_is(run: Run, ask: Ask) -> None:
    assert run("generate", "--offline").exit_code == 0
    made = ask("SELECT count(*) FROM layer")[0][0]
    assert made > 0
    assert ask("SELECT DISTINCT origin, model FROM version") == [("offline", "offline")]
    assert run("generate", "--offline").exit_code == 0
    assert ask("SELECT count(*) FROM layer") == [(made,)]


def test_at_most_so_many_are_in_flight(run: Run, server: MessagesServer, tmp_path: Path) -> None:
    lines = [f"The {n}. stone of the wall was laid by somebody who never saw the wall." for n in range(30)]
    (tmp_path / "wall.txt").write_text("\n\n".join(lines), encoding="utf-8")
    assert run("import", "wall.txt").exit_code == 0
    assert run("generate", "--kinds", "analogy", "--concurrency", "3").exit_code == 0
    assert server.most_at_once <= 3
    assert len(server.asked()) == 30 + len(TEXTS)


def test_the_stable_part_comes_first_and_is_marked_for_the_cache(run: Run, server: MessagesServer) -> None:
    run("generate", "--where", "lang:en", "--concurrency", "1")
    run("generate", "--where", "lang:en", "--kinds", "viewpoint", "--concurrency", "1")
    first, second, third, *_ = server.asked()
    assert first["system"] == second["system"] == third["system"]
    assert first["system"][0]["cache_control"] == {"type": "ephemeral"}


def test_the_key_is_nowhere(run: Run, server: MessagesServer, tmp_path: Path) -> None:
    server.script.extend([Reply(status=401, message="invalid key")])
    said = run("generate", "--json").output + run("generate").output + run("stats", "--json").output
    assert "key-of-nobody" not in said
    for file in tmp_path.iterdir():
        assert b"key-of-nobody" not in file.read_bytes()
    assert "key-of-nobody" in str(server.received[0].headers)  # but for the endpoint


def test_a_kind_that_the_model_has_nothing_for_is_not_asked_for_again(
    run: Run, server: MessagesServer, ask: Ask
) -> None:
    server.script.append(Reply(text='{"analogy": [], "paradox": [{"quote": "", "text": "Both.", "answer": ""}]}'))
    assert run("generate", "--kinds", "analogy,paradox", "--limit", "1").exit_code == 0
    assert layers(ask) == [("paradox", 1)]
    assert run("generate", "--kinds", "analogy,paradox", "--limit", "1").exit_code == 0
    assert ask("SELECT count(*) FROM request WHERE paragraph_id = 1") == [(1,)]


def test_a_paragraph_that_stands_in_two_places_is_unpacked_in_both(
    run: Run, server: MessagesServer, ask: Ask, tmp_path: Path
) -> None:
    (tmp_path / "copy.txt").write_text(TEXTS[0], encoding="utf-8")
    assert run("import", "copy.txt").exit_code == 0
    spoilt, good = Reply(text="no JSON"), Reply()
    server.script += [spoilt, good, good, good, spoilt, good]  # so that their repairs are alike too

    assert run("generate", "--kinds", "question", "--concurrency", "1").exit_code == 0
    assert run("generate", "--kinds", "question").exit_code == 0

    assert ask("SELECT paragraph_id, count(*) FROM layer GROUP BY paragraph_id") == [(1, 1), (2, 1), (3, 1), (4, 1)]
    assert len(server.asked()) == 6, "four paragraphs and two repairs, and nothing asked by the second run"
