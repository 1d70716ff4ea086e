"""Decisions asked again, on the command line and key by key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from tests.tui.test_review_screen import NARROW, WIDE, here, seen, statuses
from unpack_core import checks, recheck
from unpack_core.filter import compiled
from unpack_core.model import IncomingLayer, Origin, Status
from unpack_core.store import Store
from unpack_tui.app import UnpackApp
from unpack_tui.paint import recheck as drawn
from unpack_tui.screens.help import HelpScreen
from unpack_tui.screens.recheck import AnsweredScreen, RecheckScreen
from unpack_tui.screens.review import ReviewScreen
from unpack_tui.screens.stats import StatsScreen

Run = Callable[..., Result]


@pytest.fixture
def store(database: Path) -> Iterator[Store]:
    """Two layers accepted, tagged and flagged, one rejected; all three are asked again."""
    with Store.open(database) as store:
        store.decide([1], Status.ACCEPTED)
        store.decide([5], Status.ACCEPTED)
        store.decide([9], Status.REJECTED)
        store.retag([1, 5, 9], ["weak"])
        store.flag([1, 5, 9], True)
        recheck.draw(store, 1, compiled(store, ""))
        yield store


def asked(app: UnpackApp) -> int:
    """The layer in question."""
    assert isinstance(app.screen, RecheckScreen)
    assert app.screen.question
    return app.screen.question.layer.id


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
async def test_nothing_on_the_screen_tells_what_was_decided(store: Store, size: tuple[int, int]) -> None:
    app = UnpackApp(store, ask_again=True)
    async with app.run_test(size=size) as pilot:
        texts = set()
        for _ in range(3):
            await pilot.pause()
            shown = "\n".join(seen(pilot, pane) for pane in ("#header", "#source", "#about", "#text"))
            assert store.layer(asked(app)).head.text[:20] in shown
            texts.add(shown)
            for mark in ("✓", "✗", "⚑", "weak", "accepted", "rejected", "version"):
                assert mark not in shown
            await pilot.press("space")
        assert len(texts) == 3


async def test_faults_are_shown_as_they_were_the_first_time(store: Store) -> None:
    recheck.drop(store)
    store.regenerate(2, IncomingLayer("", "(1) **As it is**", origin=Origin.REGENERATED, model="m"))
    checks.catch_up(store)
    store.decide([2], Status.ACCEPTED)
    recheck.draw(store, 1, compiled(store, "layer:2"))
    app = UnpackApp(store, ask_again=True)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert "▲ markup-leak" in seen(pilot, "#text")


async def test_answers_change_nothing_but_themselves_and_u_takes_them_back(store: Store) -> None:
    before = statuses(store)
    app = UnpackApp(store, ask_again=True)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        first = asked(app)
        assert "3 left" in seen(pilot, "#header")
        await pilot.press("x")
        assert "2 left" in seen(pilot, "#header")
        assert asked(app) != first
        await pilot.press("u")
        assert asked(app) == first
        assert recheck.progress(store).answered == 0
        await pilot.press("u")
        assert "No answer to take back" in seen(pilot, "#keys")
        await pilot.press("a", "a", "question_mark")
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape", "escape")
        assert isinstance(app.screen, ReviewScreen)
    assert statuses(store) == before
    assert recheck.progress(store).open == 1


async def test_what_was_skipped_comes_after_the_rest(store: Store) -> None:
    app = UnpackApp(store, ask_again=True)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        first = asked(app)
        await pilot.press("space", "a")
        assert asked(app) != first
        await pilot.press("a")
        assert asked(app) == first


async def test_the_end_says_how_many_differ_and_leads_to_them(store: Store) -> None:
    app = UnpackApp(store, ask_again=True)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        otherwise = {Status.ACCEPTED: "x", Status.REJECTED: "a"}
        same = {Status.ACCEPTED: "a", Status.REJECTED: "x"}
        for keys in (same, otherwise, same):
            await pilot.press(keys[store.layer(asked(app)).status])
        assert isinstance(app.screen, AnsweredScreen)
        assert app.screen.differing == 1
        await pilot.press("u")
        await pilot.press(same[store.layer(asked(app)).status], "s")
        assert isinstance(app.screen, StatsScreen)
        await pilot.press("escape", "escape")
        app.screen.action_recheck()
        await pilot.pause()
        assert "recheck --share" in seen(pilot, "#source")
        await pilot.press("escape")
        app.screen._rechecked("recheck:differs")
        layer = app.review.layer
        assert layer
        assert f"you said {recheck.second_answer(store, layer)}" in seen(pilot, "#text")
        await pilot.press(otherwise[layer.status])
        assert recheck.second_answer(store, store.layer(layer.id)) is None
        await pilot.press("u")
        assert store.layer(layer.id).status == layer.status


async def test_a_decided_database_asks_before_it_says_that_all_is_done(store: Store) -> None:
    store.decide(list(range(1, 13)), Status.ACCEPTED)
    app = UnpackApp(store, ask_again=True)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, RecheckScreen)
        await pilot.press("escape")
        assert isinstance(app.screen, ReviewScreen)


async def test_the_review_says_what_waits_and_the_palette_leads_there(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert "asked again: 3" in seen(pilot, "#keys")
        (command,) = (one for one in app.get_system_commands(app.screen) if one.title == "Asked again")
        await command.callback()
        await pilot.pause()
        assert isinstance(app.screen, RecheckScreen)


async def test_undo_in_the_review_takes_an_answer_back_too(store: Store) -> None:
    question = recheck.next_question(store)
    assert question
    recheck.answer(store, question, Status.ACCEPTED)
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("u")
        assert "Took back: the second answer on" in seen(pilot, "#keys")
        assert here(app)
        assert recheck.progress(store).answered == 0


def test_the_command_draws_says_what_and_takes_back(run: Run, database: Path) -> None:
    with Store.open(database) as store:
        for layer_id in range(1, 11):
            store.decide([layer_id], Status.ACCEPTED)
    drawn = run("recheck", "--db", str(database), "--share", "0.3", "--seed", "4")
    assert drawn.exit_code == 0
    assert drawn.stdout == ""
    assert "Asked again, blind: 3 of 10 decisions." in drawn.stderr
    narrow = run("recheck", "--db", str(database), "--share", "1", "--kinds", "analogy", "--where", "lang:ru")
    assert "0 of 1 decision." in narrow.stderr or "1 of 1 decision." in narrow.stderr
    assert "in a terminal" in run("recheck", "--db", str(database)).stderr
    assert "Took back" in run("recheck", "--db", str(database), "--drop").stderr
    nothing = run("recheck", "--db", str(database))
    assert (nothing.exit_code, nothing.stderr.count("\n")) == (1, 1)
    assert "--share 0.05" in nothing.stderr


def test_the_command_says_what_it_does_not_understand(run: Run, database: Path) -> None:
    def said(*words: str) -> tuple[int, str]:
        result = run("recheck", "--db", str(database), *words)
        return result.exit_code, result.stderr

    assert said("--where", "kind:analogy")[0] == 2
    assert said("--drop", "--share", "0.5")[0] == 2
    assert said("--share", "1", "--where", "knd:analogy") == (
        1,
        "unpack-tui: There is no field “knd”. Did you mean kind?\n",
    )
    assert "decisions that you took one by one" in said("--share", "1")[1]
    assert said("--share", "5")[0] == 2


@pytest.mark.parametrize(
    ("agreed", "answered", "said"),
    [(1, 1, "1 of 1 answer is as"), (1, 12, "1 of 12 answers is as"), (8, 12, "8 of 12 answers are as")],
)
def test_the_end_counts_one_as_one(agreed: int, answered: int, said: str) -> None:
    assert said in drawn.answered(recheck.Progress(open=0, answered=answered, agreed=agreed), 0).plain
