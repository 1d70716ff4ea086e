"""Filter, search, orders, bulk steps, versions and the palette, key by key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.events import Paste
from textual.geometry import Region
from textual.widgets import Input, Static

from tests.tui.test_review_screen import WIDE, here, seen, statuses
from unpack_core import checks, duplicates
from unpack_core.model import IncomingLayer, Origin, Status
from unpack_core.store import Store
from unpack_tui.app import UnpackApp
from unpack_tui.screens import opening
from unpack_tui.screens.bulk import BulkScreen
from unpack_tui.screens.filter import FilterScreen
from unpack_tui.screens.review import ReviewScreen
from unpack_tui.screens.versions import VersionsScreen
from unpack_tui.widgets.hints import Hints


@pytest.fixture
def store(database: Path) -> Iterator[Store]:
    with Store.open(database) as store:
        yield store


async def test_a_filter_is_walked_through_kept_and_left(store: Store, database: Path) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("F", *"kind:an", "tab")
        assert app.screen.query_one(Input).value == "kind:analogy"
        await pilot.press("enter")
        assert here(app) == (1, "analogy")
        assert "kind:analogy" in seen(pilot, "#status")
        await pilot.press("j", "j")
        assert here(app) == (3, "analogy")
        await pilot.press("q")
    app.review.save_place()  # as run_to_end does
    with Store.open(database) as again:
        app = UnpackApp(again)
        async with app.run_test(size=WIDE) as pilot:
            assert here(app) == (3, "analogy")
            await pilot.press("escape")
            assert app.review.total == 4
            assert len(app.review.view.layers if app.review.view else ()) == 3


async def test_a_wrong_word_is_said_and_changes_nothing(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("F", *"knd:analogy")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert isinstance(app.screen, FilterScreen)
        assert "kind" in str(app.screen.query_one("#found", Static).render())
        await pilot.press("enter")
        assert isinstance(app.screen, ReviewScreen)
        assert "knd" in seen(pilot, "#keys")
        assert app.review.filter == ""
        await pilot.press("F", *"knd:x kind:analogy status:opn")
        await app.workers.wait_for_complete()
        await pilot.pause()
        said = str(app.screen.query_one("#found", Static).render())
        assert "Did you mean kind?" in said
        assert "“opn” is not a value of status" in said
        (line,) = app.screen.query_one(Input).render_lines(Region(0, 1, 60, 1))
        marked = [segment.text for segment in line if segment.style and segment.style.underline]
        assert marked == ["knd", "opn"]
        await pilot.press("escape")
        await pilot.press("F", *"tag:none", "enter")
        assert "Nothing matches" in seen(pilot, "#keys")


async def test_a_search_lights_what_it_finds_and_escape_returns(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("n", "slash", *"土地", "enter")
        assert here(app)[0] == 1
        assert app.review.view
        assert app.review.view.paragraph.position == 3
        line = [segment for y in range(5) for segment in app.screen.query_one("#source").render_line(y)]
        assert "土地" in [segment.text for segment in line if segment.style and segment.style.reverse]
        await pilot.press("escape")
        assert here(app) == (2, "definition")


async def test_bulk_asks_and_undo_takes_it_back_whole(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("A")
        assert "F sets one" in seen(pilot, "#keys")
        await pilot.press("F", *"kind:analogy", "enter", "A")
        assert isinstance(app.screen, BulkScreen)
        await pilot.press("n")
        assert set(statuses(store)) == {"p"}
        await pilot.press("X", "y", "escape")
        assert statuses(store).count("r") == 4
        assert store.one("SELECT count(*) FROM step WHERE action = 'decide'")[0] == 1
        await pilot.press("escape", "u")
        assert set(statuses(store)) == {"p"}


@pytest.mark.parametrize("size", [WIDE, (80, 24), (60, 20), (40, 10)])
async def test_a_question_shows_its_keys_however_long_the_rest_is(store: Store, size: tuple[int, int]) -> None:
    store.retag([1], [f"tag-{n}-with-a-long-name" for n in range(200)], [])
    app = UnpackApp(store)
    async with app.run_test(size=size) as pilot:
        for keys, last in (
            (["t"], "ctrl+g help"),
            (["F", *"kind:"], "ctrl+g help"),
            (["F", *"kind:analogy", "enter", "A"], "? help"),
        ):
            await pilot.press(*keys)
            await app.workers.wait_for_complete()
            await pilot.pause()
            hints = app.screen.query_one(Hints)
            assert last in str(hints.render())
            assert app.screen.find_widget(hints).visible_region.height == hints.region.height > 0
            await pilot.press("escape")


async def test_a_question_about_one_layer_names_it_and_where_it_was_found(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("F", *"kind:analogy", "enter", "slash", *"土地", "enter", "A")
        asked = str(app.screen.query(Static).first().render())
        assert asked.startswith("Accept 1 layer?")
        assert "kind:analogy" in asked
        assert "土地" in asked
        await pilot.press("y")
        assert seen(pilot, "#keys").startswith("1 layer accepted; u takes it back.")
        assert "1 decided now" in seen(pilot, "#status")
        await pilot.press("u")
        assert "0 decided now" in seen(pilot, "#status")


@pytest.mark.parametrize("key", ["slash", "F", "t"])
async def test_lines_that_are_pasted_where_one_is_written_come_whole(store: Store, key: str) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press(key, "a")
        app.post_message(Paste("norms\x1b]0; of\x07\n  morality\tand\x00\n"))
        await pilot.pause()
        assert app.screen.query_one(Input).value == "anorms]0; of morality and"


async def test_a_sentence_that_is_longer_than_the_last_line_has_two(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("F", *"kind:analogy", "enter", "A", "y")
        foot = app.screen.query_one("#keys")
        assert foot.size.height == 2
        assert "esc shows everything." in seen(pilot, "#keys")
        await pilot.press("j")
        assert foot.size.height == 1


async def test_a_layer_of_many_tags_is_one_row_that_keeps_its_signs(store: Store) -> None:
    store.retag([1], [f"tag-{n}-with-a-long-name" for n in range(200)], [])
    store.flag([1], True)
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        rows = seen(pilot, "#layers").splitlines()
        assert "Definition" in rows[0]
        assert rows[0].rstrip().endswith("… ⚑")
        assert "Open question" in rows[1]
        await pilot.resize_terminal(80, 24)
        assert "⚑ #tag-0" in seen(pilot, "#layers")


async def test_orders_go_round(store: Store) -> None:
    store.edit(1, "(1) newest")
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("G", "o", "o", "o")
        assert "newest first" in seen(pilot, "#keys")
        assert app.review.view
        assert app.review.view.paragraph.position == 0
        await pilot.press("o")
        assert "document order" in seen(pilot, "#keys")


@pytest.mark.parametrize(
    ("opens", "refused", "done"), [("v", "j", "pagedown"), ("s", "k", "space"), ("f1", "k", "space")]
)
async def test_a_refusal_gives_the_keys_their_line_back_at_the_next_one(
    store: Store, opens: str, refused: str, done: str
) -> None:
    store.edit(1, "(1) A line.\n" * 60)
    app = UnpackApp(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(opens)
        await app.workers.wait_for_complete()
        await pilot.pause()
        keys = seen(pilot, "#keys")
        await pilot.press(refused)
        assert seen(pilot, "#keys") != keys
        await pilot.press(done)
        assert seen(pilot, "#keys") == keys


async def test_a_bulk_question_says_what_it_costs(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        app.review.narrow("kind:definition")
        await app.push_screen(opening.bulk(app.review, "Regenerate", "“Shorter.”", "for about $0.03"))
        await pilot.pause()
        told = "\n".join(str(line.render()) for line in app.screen.query(Static))
        assert "Regenerate 4 layers for about $0.03?\nkind:definition" in told
        assert "“Shorter.”" in told


async def test_an_old_version_is_taken_back_and_that_can_be_undone(store: Store) -> None:
    first = store.layer(1).head.text
    store.regenerate(1, IncomingLayer("", "(1) New", origin=Origin.REGENERATED, model="m"))
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("v")
        assert isinstance(app.screen, VersionsScreen)
        await pilot.press("k", "enter")
        assert store.layer(1).head.text == first
        assert "version 1 of 2" in seen(pilot, "#about")
        await pilot.press("u")
        assert store.layer(1).head.text == "(1) New"
        assert store.layer(1).versions == 2


async def test_any_two_versions_are_compared_word_by_word(store: Store) -> None:
    for text in ("(1) One norm holds", "(1) Two norms hold", "(1) One norm held"):
        store.regenerate(1, IncomingLayer("", text, origin=Origin.REGENERATED, model="m-2", instruction="Ask harder",
                                          input_tokens=700, output_tokens=50, cost_usd=0.0031))  # fmt: skip
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("v")
        assert "from version 3 to version 4" in seen(pilot, "#about")
        listed = seen(pilot, "#versions")
        assert all(said in listed for said in ("regenerated · m-2", "Ask harder", "750 tokens", "$0.0031", "  shown"))
        await pilot.press("k", "k", "b", "j", "j")
        assert "from version 2 to version 4" in seen(pilot, "#about")
        assert "(1) One norm holdsheld" in seen(pilot, "#text")


async def test_the_palette_reaches_what_has_no_key(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE):
        offered = [command.title for command in app.get_system_commands(app.screen)]
        assert "Tag all" in offered
        assert "Accept (a)" in offered
        assert len(offered) == len(set(offered))


async def test_copying_goes_to_the_curators_own_clipboard(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("y")
        assert app.clipboard == store.layer(1).head.text


async def test_what_was_found_in_an_empty_layer_is_said_too(store: Store) -> None:
    store.edit(1, " ")
    checks.catch_up(store)
    async with UnpackApp(store).run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert "(empty)" in seen(pilot, "#text")
        assert "▲ too-short" in seen(pilot, "#text")


async def test_faults_are_said_marked_and_come_first(store: Store) -> None:
    store.edit(7, "(1) **As an AI** I")
    checks.catch_up(store)
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("o")
        assert "problems first" in seen(pilot, "#keys")
        await pilot.press("g")
        assert app.review.view
        assert app.review.view.paragraph.position == 2
        assert "▲" in seen(pilot, "#layers")
        await pilot.press("F", *"finding:mark", "tab", "enter")
        assert app.review.layer
        assert app.review.layer.id == 7
        assert "is markup, not text." in seen(pilot, "#text")
        await pilot.press("u")
        assert "▲" not in seen(pilot, "#text")


async def test_a_likeness_is_said_in_the_review(store: Store) -> None:
    text = "(1) What was promised to a morning that nobody has seen yet?"
    store.edit(2, text)
    store.edit(5, text + " — [so]")
    store.decide([2], Status.REJECTED)
    duplicates.catch_up(store)
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("F", *"layer:5", "enter")
        assert "resembles one that was rejected" in seen(pilot, "#text")
