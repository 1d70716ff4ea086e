"""r, R and c on the screen, through the worker process, against a server that speaks the Messages API."""

from __future__ import annotations

import asyncio
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from tests.messages_server import MessagesServer, Reply
from tests.tui.test_review_screen import WIDE, seen
from unpack_core.model import Origin, Status
from unpack_core.store import Store
from unpack_tui.app import UnpackApp
from unpack_tui.paint.review import coming
from unpack_tui.screens.candidates import CandidatesScreen
from unpack_tui.screens.instruction import InstructionScreen
from unpack_tui.screens.review import ReviewScreen
from unpack_tui.widgets.hints import Hints

pytestmark = pytest.mark.usefixtures("server")


@pytest.fixture
def store(database: Path) -> Iterator[Store]:
    with Store.open(database) as store:
        yield store


def said(kind: str, point: str) -> Reply:
    return Reply(text=json.dumps({kind: [{"quote": "Justice", "text": point, "answer": ""}]}))


async def until(pilot: Pilot[None], true: Callable[[], object]) -> None:
    """Wait for what another process does."""
    async with asyncio.timeout(60):
        while not true():
            await pilot.pause(0.02)


async def test_r_makes_the_layer_again_and_keeps_the_old_version(store: Store, server: MessagesServer) -> None:
    server.script.append(said("definition", "what the dictionary says"))
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: store.layer(1).versions == 2 and "new" in seen(pilot, "#keys"))
        assert store.layer(1).head.text == "(1) “Justice” what the dictionary says"
        assert store.layer(1).head.origin == Origin.REGENERATED
        assert "what the dictionary says" in seen(pilot, "#text")
        assert server.asked()[0]["stream"] is True
        await pilot.press("u")
        assert store.layer(1).versions == 2
        assert store.layer(1).head.origin == Origin.GENERATED


async def test_shift_r_asks_with_an_instruction_and_remembers_it(store: Store, server: MessagesServer) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("R", *"shorter", "enter")
        await until(pilot, lambda: store.layer(1).versions == 2)
        assert store.layer(1).head.instruction == "shorter"
        assert "shorter" in server.asked()[0]["messages"][0]["content"]
        await pilot.press("j", "R", "up")
        assert isinstance(app.screen, InstructionScreen)
        assert app.screen.query_one(Input).value == "shorter"
        await pilot.press("escape")
        assert store.layer(2).versions == 1


async def test_an_instruction_to_all_that_is_one_says_so(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await app.push_screen(InstructionScreen("Analogy", [], every=1))
        await pilot.press("tab")
        assert "in the one layer of the filter?" in str(app.screen.query_one("#what", Static).render())


async def test_looking_at_what_was_said_before_does_not_lose_what_is_typed(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await app.push_screen(InstructionScreen("Analogy", ["shorter", "warmer"]))
        await pilot.press(*"half", "up", "up")
        line = app.screen.query_one(Input)
        assert line.value == "warmer"
        await pilot.press("down", "down")
        assert line.value == "half"


async def test_the_hint_of_an_instruction_follows_what_is_typed(store: Store) -> None:
    app = UnpackApp(store)

    def lit() -> set[str]:
        """The keys of the dialog that do something now."""
        hints = app.screen.query_one(Hints).render_line(0)
        return {segment.text for segment in hints if segment.style and segment.style.bold}

    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("R")
        await pilot.pause()
        assert "esc" in lit()
        assert "enter" not in lit()
        await pilot.press("x")
        await pilot.pause()
        assert "enter" in lit()
        await pilot.press("backspace")
        await pilot.pause()
        assert "enter" not in lit()


async def test_c_lays_candidates_side_by_side_and_a_digit_picks(store: Store, server: MessagesServer) -> None:
    server.script.extend([said("definition", "one"), said("definition", "two"), said("definition", "three")])
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, CandidatesScreen))
        assert store.layer(1).versions == 4  # all of them were paid for
        assert store.layer(1).head.origin == Origin.GENERATED
        await pilot.pause()
        picked = app.screen.versions[1] if isinstance(app.screen, CandidatesScreen) else None
        await pilot.press("2")
        assert picked is not None
        assert store.layer(1).head.id == picked.id
        assert len({body["messages"][0]["content"] for body in server.asked()}) == 3
        await pilot.press("u")
        assert store.layer(1).head.origin == Origin.GENERATED


async def test_as_many_candidates_come_as_were_wished_for_beside_what_is_shown_now(
    store: Store, server: MessagesServer
) -> None:
    now = store.layer(1).head.text
    server.script.extend([Reply(text=json.dumps({"definition": [{"text": now.removeprefix("(1) ")}]})),
                          said("definition", "the fit of deeds")])  # fmt: skip
    app = UnpackApp(store, candidates=2)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, CandidatesScreen))
        await pilot.pause()
        assert now[4:20] in seen(pilot, "#now")
        abouts = [seen(pilot, f"#about-{n}") for n in range(2)]
        assert ["the same as now" in about for about in abouts].count(True) == 1
        await pilot.press("3")
        assert isinstance(app.screen, CandidatesScreen), "there is no third"


@pytest.mark.parametrize("over", ["v", "e", "F"])
async def test_candidates_do_not_come_over_what_lies_over_the_review(
    over: str, store: Store, server: MessagesServer
) -> None:
    held = threading.Event()
    server.script.extend([Reply(until=held), said("definition", "two")])
    app = UnpackApp(store, candidates=2)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("c", over)
        screen, review = app.screen, app.screen_stack[0]
        held.set()
        assert isinstance(review, ReviewScreen)
        await until(pilot, lambda: not review.asking.maker.jobs)
        await pilot.pause()
        assert app.screen is screen
        assert store.layer(1).versions == 3, "they are among the versions"


async def test_a_candidate_that_does_not_come_is_told_beside_those_that_do(
    store: Store, server: MessagesServer
) -> None:
    server.script.extend([said("definition", "one"), Reply(text="{}")])
    app = UnpackApp(store, candidates=2)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, CandidatesScreen))
        await pilot.pause()
        assert "1 of 2 did not come." in seen(pilot, "#keys")
        await pilot.press("2")
        assert "There is only 1 candidate." in seen(pilot, "#keys")
        await pilot.press("1")
        assert store.layer(1).head.text == "(1) “Justice” one"


async def test_esc_cancels_and_nothing_changes(store: Store, server: MessagesServer) -> None:
    held = threading.Event()
    server.script.append(Reply(until=held))
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        before = seen(pilot, "#text")
        assert before.strip()
        await pilot.press("r")
        await until(pilot, lambda: server.asked())
        assert "claude-sonnet-5-5 is asked" in seen(pilot, "#about")
        assert seen(pilot, "#text").split()[:6] == before.split()[:6], "what is there stays to be read meanwhile"
        await pilot.press("escape")
        await until(pilot, lambda: "Cancelled" in seen(pilot, "#keys"))
        assert store.layer(1).versions == 1
    held.set()


async def test_what_was_decided_meanwhile_is_not_overrun(store: Store, server: MessagesServer) -> None:
    held = threading.Event()
    server.script.append(Reply(until=held))
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: server.asked())
        await pilot.press("a")
        held.set()
        await until(pilot, lambda: store.layer(1).versions == 2)
        await until(pilot, lambda: "waits among its versions" in seen(pilot, "#keys"))
        assert store.layer(1).status == Status.ACCEPTED
        assert store.layer(1).head.origin == Origin.GENERATED


async def test_an_answer_is_stored_though_the_screen_has_gone(store: Store, server: MessagesServer) -> None:
    held = threading.Event()
    server.script.append(Reply(until=held))
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: server.asked())
        process = app.screen.asking.maker.companion.process  # type: ignore[attr-defined]  # to wait for it below
    held.set()
    await asyncio.to_thread(process.wait, 60)
    assert store.layer(1).versions == 2


async def test_without_a_key_r_drafts_by_rules_and_c_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        maker = app.screen.asking.maker  # type: ignore[attr-defined]  # a job of its own, whose model nobody asks
        about, _ = coming(app.review, maker.ask(2))
        assert about.plain == "rules draft it, offline · a new version"
        await pilot.press("r")
        await until(pilot, lambda: {store.layer(layer).head.origin for layer in (1, 2)} == {Origin.OFFLINE})
        await until(pilot, lambda: "draft by rules" in seen(pilot, "#keys"))
        await pilot.press("c")
        await until(pilot, lambda: "ANTHROPIC_API_KEY" in seen(pilot, "#keys"))


async def test_a_candidate_that_nearly_equals_a_rejected_text_says_so(store: Store, server: MessagesServer) -> None:
    old = "what the dictionary says of it and the court does not"
    server.script.extend([said("definition", old), *(said("definition", text) for text in (old + "!", "two", "three"))])
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: "is new" in seen(pilot, "#keys"))
        await pilot.press("x", "k", "c")  # rejected, and asked for again
        await until(pilot, lambda: isinstance(app.screen, CandidatesScreen))
        await pilot.pause()
        alike = [n for n in range(3) if "like a rejected one" in seen(pilot, f"#about-{n}")]
        assert len(alike) == 1
        await pilot.press(str(alike[0] + 1))
        await until(pilot, lambda: "resembles one that was rejected" in seen(pilot, "#text"))


async def asked_for_all(pilot: Pilot[None], expression: str) -> None:
    """`R` on a filter, up to the question with its count and price."""
    await pilot.press("F", *expression, "enter", "R", "tab", *"shorter", "enter")
    await pilot.pause()
    shown = " ".join(str(widget.render()) for widget in pilot.app.screen.query("Static"))
    assert "4" in shown
    assert "$" in shown


async def test_one_instruction_for_a_filter_says_count_and_price_and_is_one_step(
    store: Store, server: MessagesServer
) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await asked_for_all(pilot, "kind:definition")
        assert not server.asked()
        await pilot.press("y")
        await until(pilot, lambda: "4 layers new, as one step" in seen(pilot, "#keys"))
        heads = "SELECT count(*) FROM layer l JOIN version v ON v.id = l.head_id WHERE v.instruction = 'shorter'"
        assert store.one(heads)[0] == 4
        await pilot.press("u")
        assert store.one(heads)[0] == 0
        await pilot.press("U")
        assert store.one(heads)[0] == 4


async def test_what_was_decided_while_many_come_is_left_alone(store: Store, server: MessagesServer) -> None:
    held = threading.Event()
    server.script.extend([Reply(until=held) for _ in range(4)])
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await asked_for_all(pilot, "kind:definition")
        await pilot.press("y")
        await until(pilot, lambda: len(server.asked()) == 4)
        await pilot.press("a")
        held.set()
        await until(pilot, lambda: "3 layers new" in seen(pilot, "#keys"))
        assert "1 new text among the versions" in seen(pilot, "#keys")
        assert store.layer(1).status == Status.ACCEPTED
        assert store.layer(1).versions == 2


async def test_many_that_come_to_layers_that_were_changed_meanwhile_are_told_of(
    store: Store, server: MessagesServer
) -> None:
    held = threading.Event()
    server.script.extend([Reply(until=held) for _ in range(4)])
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("F", *"kind:definition", "enter", "X")
        await pilot.pause()
        await pilot.press("y", "R", "tab", *"shorter", "enter")
        await pilot.pause()
        await pilot.press("y")
        await until(pilot, lambda: len(server.asked()) == 4)
        await pilot.press("u")  # the step before
        held.set()
        await until(pilot, lambda: "4 new texts among the versions of layers that were changed" in seen(pilot, "#keys"))
        assert store.one("SELECT count(*) FROM event WHERE action = 'regenerate'")[0] == 0


async def test_many_are_cancelled_only_when_it_is_said_twice(store: Store, server: MessagesServer) -> None:
    held = threading.Event()
    server.script.extend([Reply(), *(Reply(until=held) for _ in range(3))])
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await asked_for_all(pilot, "kind:definition")
        await pilot.press("y")
        await until(pilot, lambda: "3 of 4 layers still to come" in seen(pilot, "#keys"))
        await pilot.press("escape")
        assert "esc again" in seen(pilot, "#keys")
        await pilot.press("escape")
        await until(pilot, lambda: "Cancelled" in seen(pilot, "#keys"))
        assert store.one("SELECT count(*) FROM version WHERE origin = 'regenerated'")[0] == 1
        assert store.one("SELECT count(*) FROM event WHERE action = 'regenerate'")[0] == 0
    held.set()


async def test_many_that_were_killed_on_their_way_are_asked_for_where_nothing_had_come(
    store: Store, server: MessagesServer
) -> None:
    held = threading.Event()
    server.script.extend([Reply(), Reply(), Reply(until=held), Reply(until=held)])
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await asked_for_all(pilot, "kind:definition")
        await pilot.press("y")
        await until(pilot, lambda: store.one("SELECT count(*) FROM version WHERE origin = 'regenerated'")[0] == 2)
        await until(pilot, lambda: len(server.asked()) == 4)
        app.screen.asking.maker.companion.process.kill()  # type: ignore[attr-defined]  # as the system does where memory is short
        await until(pilot, lambda: "has ended" in seen(pilot, "#keys"))
        held.set()
        await pilot.press("R", "tab", *"shorter", "enter")
        await pilot.pause()
        await pilot.press("y")
        await until(pilot, lambda: "4 layers new, as one step" in seen(pilot, "#keys"))
        assert len(server.asked()) == 6
        assert store.one("SELECT count(*), count(DISTINCT request_id) FROM answer") == (4, 4)
        await pilot.press("u", "R", "tab", *"shorter", "enter")
        await pilot.pause()
        await pilot.press("y")  # what was seen and taken back is asked for anew
        await until(pilot, lambda: "4 layers new, as one step" in seen(pilot, "#keys"))
        assert len(server.asked()) == 10


async def test_many_that_come_after_the_line_has_dropped_are_one_step_all_the_same(
    store: Store, server: MessagesServer
) -> None:
    held = threading.Event()
    server.script.extend([Reply(until=held) for _ in range(4)])
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await asked_for_all(pilot, "kind:definition")
        await pilot.press("y")
        await until(pilot, lambda: len(server.asked()) == 4)
        process = app.screen.asking.maker.companion.process  # type: ignore[attr-defined]  # to wait for it below
    held.set()
    await asyncio.to_thread(process.wait, 60)
    assert store.one("SELECT count(*), count(DISTINCT step) FROM event WHERE action = 'regenerate'") == (4, 1)


@pytest.mark.parametrize("layers", [1, 2])
async def test_a_file_that_is_replaced_before_its_name_is_opened_again_is_not_written_to(
    layers: int, store: Store, server: MessagesServer, database: Path
) -> None:
    other = database.with_name("other.db")
    shutil.copy(database, other)
    before = other.read_bytes()
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        other.replace(database)
        assert isinstance(app.screen, ReviewScreen)
        maker = app.screen.asking.maker  # as in the moment after the screen has looked whether the file is there
        if layers == 1:
            maker.ask(1)
        else:
            maker.ask_all([1, 4], "shorter")
        await until(pilot, lambda: "was removed" in seen(pilot, "#keys"))
        assert any("is kept in" in notice.message for notice in app._notifications)  # that it is said whole
    assert not server.received
    assert database.read_bytes() == before
    assert database.with_name("x.rescued.db").exists()
