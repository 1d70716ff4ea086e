"""The stats, on the screen and on the command line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from textual.pilot import Pilot

from tests.tui.test_review_screen import NARROW, WIDE, seen
from unpack_core import checks, recheck
from unpack_core.corpus import Arrival
from unpack_core.filter import compiled
from unpack_core.intake import take_in
from unpack_core.model import IncomingDocument, IncomingLayer, IncomingParagraph, Status
from unpack_core.stats.beside import Counting
from unpack_core.store import Store
from unpack_tui.app import UnpackApp
from unpack_tui.screens.help import HelpScreen
from unpack_tui.screens.review import ReviewScreen
from unpack_tui.screens.stats import StatsScreen

Run = Callable[..., Result]


@pytest.fixture
def store(database: Path) -> Iterator[Store]:
    with Store.open(database) as store:
        for layer_id in range(1, 7):
            store.decide([layer_id], Status.REJECTED if layer_id == 3 else Status.ACCEPTED)
        store.retag([1, 2], ["weak", "ясно"])
        store.edit(12, "(1) **bold**")
        checks.catch_up(store)
        yield store


async def counted(pilot: Pilot[None]) -> str:
    """What stands on the page once it is counted."""
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    return seen(pilot, "#numbers")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
async def test_the_page_says_how_far_how_fast_and_how_good(store: Store, size: tuple[int, int]) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=size) as pilot:
        await pilot.press("s")
        page = await counted(pilot)
        while size == NARROW and "more lines" in page.splitlines()[-1]:
            await pilot.press("space")
            page += "\n" + seen(pilot, "#numbers")
        for said in ("6 of 12 decided", "5 accepted", "1 rejected", "6 open", "a minute", "Definition", "Analogy", "●",
                     "m-1", "Document", "recheck --share", "markup-leak", "#weak", "#ясно"):  # fmt: skip
            assert said in page, said
        assert all(len(line) <= size[0] for line in page.splitlines())
        await pilot.press("s")
        assert isinstance(app.screen, ReviewScreen)


async def test_without_colours_the_review_and_the_page_say_the_same(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert "Definition" in seen(pilot, "#layers")
        await pilot.press("s")
        assert "━ 5 accepted   ╍ 1 rejected   ─ 6 open" in await counted(pilot)


async def test_it_scrolls_a_line_a_page_and_to_both_ends(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("s")
        top = await counted(pilot)
        for down, up in (("j", "k"), ("down", "up"), ("space", "b"), ("pagedown", "pageup"), ("G", "g")):
            await pilot.press(down)
            assert "lines above" in seen(pilot, "#numbers")
            await pilot.press(up)
            assert seen(pilot, "#numbers") == top
        await pilot.press("G")
        assert "more lines" not in seen(pilot, "#numbers")
        await pilot.resize_terminal(*WIDE)
        await pilot.pause()
        assert "lines above" not in seen(pilot, "#numbers")


async def test_under_a_filter_it_counts_what_the_filter_finds_and_f_shows_all(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        app.review.narrow("kind:analogy")
        await pilot.press("s")
        assert "2 of 4 decided" in await counted(pilot)
        assert "Stats of kind:analogy" in seen(pilot, "#header")
        assert "F all or filter" in seen(pilot, "#keys")
        await pilot.press("F")
        assert "6 of 12 decided" in await counted(pilot)
        await pilot.press("F")
        assert "2 of 4 decided" in await counted(pilot)
        await pilot.press("escape", "escape", "s")
        await counted(pilot)
        await pilot.press("F")
        assert "No filter is set in the review." in seen(pilot, "#keys")
        await pilot.press("F", "question_mark")
        assert isinstance(app.screen, HelpScreen)


async def test_what_another_window_wrote_is_counted(store: Store, database: Path) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        with Store.open(database) as other:
            other.decide([7, 8], Status.ACCEPTED)
        await pilot.press("s")
        assert "8 of 12 decided" in await counted(pilot)


async def test_leaving_while_it_counts_is_no_harm(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("s", "escape", "s", "escape", "a")
        await app.workers.wait_for_complete()
        assert isinstance(app.screen, ReviewScreen)


async def test_a_database_that_cannot_be_read_is_said_on_the_page(store: Store, database: Path) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=NARROW) as pilot:
        database.rename(database.with_name("gone.db"))
        await pilot.press("s")
        assert "was removed" in " ".join((await counted(pilot)).split()), "wherever the line breaks in a long path"


async def test_not_all_is_not_a_hundred_per_cent(tmp_path: Path) -> None:
    with Store.open(tmp_path / "many.db", create=True) as store:
        layers = tuple(IncomingLayer("question", f"(1) {n}?") for n in range(300))
        take_in(store, [Arrival(IncomingDocument("m.md"), IncomingParagraph("Many.", 0, layers=layers))], source="t")
        store.decide(list(range(1, 300)), Status.ACCEPTED)
        app = UnpackApp(store)
        async with app.run_test(size=NARROW) as pilot:
            await pilot.press("s")
            assert "299 of 300 decided · 99 %" in await counted(pilot)


async def test_an_empty_database_has_a_page(tmp_path: Path) -> None:
    with Store.open(tmp_path / "e.db", create=True) as store:
        app = UnpackApp(store)
        async with app.run_test(size=NARROW) as pilot:
            await pilot.press("s")
            page = await counted(pilot)
            assert isinstance(app.screen, StatsScreen)
            assert "0 of 0 decided" in page
            assert "Nothing was decided here yet." in page


async def test_agreement_stands_beside_the_kinds(store: Store) -> None:
    recheck.draw(store, 1, compiled(store, ""))
    while question := recheck.next_question(store):
        recheck.answer(store, question, Status.ACCEPTED)
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("s")
        page = await counted(pilot)
        assert "5 of 6" in page
        assert "too few" in page


@pytest.mark.usefixtures("store")
async def test_numbers_that_come_as_the_page_is_left_are_not_shown(database: Path) -> None:
    """Its panes are gone a moment before it is: a slow machine counts to the end just then."""
    with Store.open(database) as again:
        app = UnpackApp(again)
        async with app.run_test(size=WIDE) as pilot:
            await pilot.press("s")
            await app.workers.wait_for_complete()
            screen = app.screen
            assert isinstance(screen, StatsScreen)
            left = screen.dismiss()
            while screen.query("#numbers"):
                await asyncio.sleep(0)
            assert screen.is_attached
            coming = Counting(again, "")
            screen._counting = coming
            screen._counted(coming, coming.run())
            screen._failed("The file is gone.")
            await left
            assert isinstance(app.screen, ReviewScreen)


# --- the command line ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("store")
def test_stats_as_tables(run: Run, database: Path) -> None:
    said = run("stats", "--db", str(database)).stdout
    lines = said.splitlines()
    assert lines[0].startswith("1 document, 4 paragraphs, 12 layers: 6 pending, 5 accepted, 1 rejected")
    assert "pace: 6 decisions in" in said
    (analogy,) = (line for line in lines if line.startswith("analogy"))
    assert analogy.split() == ["analogy", "2", "1", "1", "0", "50%", "9", "to", "91"]
    assert "\nessay " in said


@pytest.mark.usefixtures("store")
def test_stats_where_narrows_and_a_wrong_word_is_one_line(run: Run, database: Path) -> None:
    numbers = json.loads(run("stats", "--db", str(database), "--where", "kind:analogy", "--json").stdout)
    assert numbers["layers"] == {"total": 4, "pending": 2, "accepted": 1, "rejected": 1, "flagged": 0}
    assert numbers["where"] == "kind:analogy"
    assert "4 layers: 2 pending" in run("stats", "--db", str(database), "--where", "kind:analogy").stdout
    wrong = run("stats", "--db", str(database), "--where", "stauts:pending")
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert wrong.stderr == "unpack-tui: There is no field “stauts”. Did you mean status?\n"


@pytest.mark.usefixtures("store")
def test_stats_json_holds_all_of_it(run: Run, database: Path) -> None:
    numbers = json.loads(run("stats", "--db", str(database), "--json").stdout)
    assert {"documents", "paragraphs", "layers", "tags", "duplicates", "cost_usd", "cost_per_accepted_usd", "kinds",
            "models", "recipes", "batches", "by_document", "pace", "recheck", "findings", "unmade", "to_compare",
            "preference_pairs"} <= numbers.keys()  # fmt: skip
    assert numbers["pace"]["decisions"] == 6
    assert numbers["recheck"]["all"]["n"] == 0
    assert numbers["tags"] == {"weak": 2, "ясно": 2}


def test_preference_pairs_are_counted(run: Run, store: Store, database: Path) -> None:
    store.edit(1, "(1) Better")
    assert json.loads(run("stats", "--db", str(database), "--json").stdout)["preference_pairs"] == 1
    assert "preference pairs: 1" in run("stats", "--db", str(database)).stdout
