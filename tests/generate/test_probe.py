"""`doctor --endpoint`, and that what it finds decides how a model is asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.messages_server import MessagesServer, Reply

Run = Callable[..., Result]

pytestmark = pytest.mark.usefixtures("texts")

IN_WORDS = '{"question": [{"quote": "", "text": "Whose morning?", "answer": "hers"}]}'


def test_an_endpoint_that_can_everything(run: Run, server: MessagesServer) -> None:
    said = run("doctor", "--endpoint")
    assert said.exit_code == 0, said.output
    assert "by schema" in said.output
    assert "counted by it" in said.output
    assert "--batch works" in said.output
    assert "to ask this took 150 tokens, which are in no sum of this file" in said.output
    assert len(server.asked()) == 1


def test_a_server_that_ignores_the_schema_is_asked_in_words_from_then_on(run: Run, server: MessagesServer) -> None:
    server.count_tokens = False
    server.script.extend([Reply(text="Whose morning is it?"), Reply(text=IN_WORDS)])
    said = run("doctor", "--endpoint")
    assert "in words" in said.output
    assert "does not count" in said.output
    assert "took 300 tokens" in said.output
    server.script.append(Reply(text=IN_WORDS))
    assert run("generate", "--kinds", "question", "--limit", "1").exit_code == 0
    assert "output_config" not in server.asked()[-1]
    assert "JSON" in server.asked()[-1]["messages"][0]["content"]


@pytest.mark.parametrize("status", [400, 200])
def test_a_model_that_hits_the_shape_by_itself_is_not_taken_to_keep_to_a_schema(
    run: Run, server: MessagesServer, status: int
) -> None:
    server.script.extend([Reply(status=status, text=IN_WORDS, message="output_config: unknown"), Reply(text=IN_WORDS)])
    assert "in words, and that works" in run("doctor", "--endpoint").output
    assert "output_config" in server.asked()[0]
    run("generate", "--dry-run")
    assert "output_config" not in server.asked("/v1/messages/count_tokens")[-1]


def test_no_key_is_told_and_breaks_nothing(run: Run, server: MessagesServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    said = run("doctor", "--endpoint")
    assert said.exit_code == 0
    assert "ANTHROPIC_API_KEY" in said.output
    assert not server.received


@pytest.mark.parametrize("address", ["nonsense", ""])
def test_an_address_that_is_none_is_told_and_breaks_nothing(
    run: Run, server: MessagesServer, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", address)
    said = run("doctor", "--endpoint")
    assert said.exit_code == 0
    assert said.stdout.splitlines()[-1].startswith("· Endpoint: The address of the server is not one")
    assert not server.received


def test_what_was_answered_before_a_fault_is_told_with_it(run: Run, server: MessagesServer) -> None:
    server.script.extend([Reply(text="Whose?"), Reply(status=402, message="credit balance")])
    said = run("doctor", "--endpoint").output
    assert "credit balance" in said
    assert "took 150 tokens" in said
    assert "Message Batches" not in said


def test_a_recipe_is_shown_copied_checked_and_compared(run: Run) -> None:
    assert run("recipe", "init", "mine.toml").exit_code == 0
    assert run("recipe", "init", "mine.toml").exit_code == 1  # nothing is overwritten
    assert run("recipe", "diff", "mine.toml").output == ""
    checked = run("recipe", "check", "mine.toml").output
    assert "definition" in checked
    assert "2 in en, 2 in ru" in checked
    with Path("mine.toml").open("a", encoding="utf-8") as out:
        out.write('\n[[kind]]\nid = "smell"\nprompt.en = "What it smells of."\n')
    assert '+id = "smell"' in run("recipe", "diff", "mine.toml").output
    assert "smell" in run("recipe", "show", "--recipe", "mine.toml").output
    with Path("mine.toml").open("a", encoding="utf-8") as out:
        out.write("\n[[kind]]\nid = 7\n")
    said = run("recipe", "check", "mine.toml")
    assert said.exit_code == 1
    assert len(said.stderr.strip().splitlines()) == 1


def test_a_token_is_a_key_too(run: Run, server: MessagesServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "")  # as servers on one's own machine want it
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "ollama")
    said = run("doctor", "--endpoint")
    assert "ANTHROPIC_AUTH_TOKEN is set" in said.output
    assert "by schema" in said.output
    assert run("generate", "--kinds", "question").exit_code == 0
    assert server.received[-1].headers["Authorization"] == "Bearer ollama"
