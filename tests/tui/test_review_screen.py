"""The review screen, key by key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from unpack_core.model import Status
from unpack_core.store import Store
from unpack_tui.app import UnpackApp
from unpack_tui.screens.dialogs import KeepOrDrop
from unpack_tui.screens.done import DoneScreen
from unpack_tui.screens.edit import EditScreen
from unpack_tui.screens.help import HelpScreen
from unpack_tui.screens.review import ReviewScreen
from unpack_tui.screens.stats import StatsScreen
from unpack_tui.screens.tags import TagsScreen
from unpack_tui.widgets.pane import Pane

WIDE, NARROW = (120, 40), (80, 24)


@pytest.fixture
def store(database: Path) -> Iterator[Store]:
    with Store.open(database) as store:
        yield store


def statuses(store: Store) -> list[str]:
    return [status[0] for (status,) in store.rows("SELECT status FROM layer ORDER BY id")]


def here(app: UnpackApp) -> tuple[int, str]:
    """Paragraph number and kind in view."""
    assert app.review.view
    assert app.review.layer
    return app.review.view.number, app.review.layer.kind


def seen(pilot: Pilot[None], pane: str) -> str:
    """What stands in a pane of the review, as text."""
    widget = pilot.app.screen.query_one(pane, Pane)
    return "\n".join(widget.render_line(y).text.rstrip() for y in range(widget.size.height))


async def test_a_text_that_was_not_painted_yet_is_not_decided_on(store: Store, database: Path) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        screen = app.screen
        assert isinstance(screen, ReviewScreen)
        with Store.open(database) as other:
            other.edit(1, "(1) Written elsewhere")
        screen.watching.look()
        screen.action_decide("accepted")  # a key that was pressed before the picture came
        await pilot.pause()
        assert "changed in another window" in seen(pilot, "#keys")
        assert "Written elsewhere" in seen(pilot, "#text")
        assert statuses(store)[0] == "p"
        await pilot.press("a")
        assert statuses(store)[0] == "a"


async def test_accept_reject_and_skip_go_on_across_paragraphs(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("a", "x", "space")
        assert statuses(store)[:3] == ["a", "r", "p"]
        assert here(app) == (2, "definition")
        assert "9 left" not in seen(pilot, "#status")
        assert "10 left" in seen(pilot, "#status")
        assert "2 decided now" in seen(pilot, "#status")


async def test_skipped_layers_come_again_at_the_end_and_then_the_end_is_shown(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("space", *["a"] * 11)
        assert here(app) == (1, "definition")
        assert not isinstance(app.screen, DoneScreen)
        await pilot.press("x")
        assert isinstance(app.screen, DoneScreen)
        await pilot.press("u")
        assert isinstance(app.screen, ReviewScreen)
        assert here(app) == (1, "definition")
        assert statuses(store)[0] == "p"


@pytest.mark.parametrize("key", ["u", "backspace"])
async def test_undo_goes_to_where_it_happened(store: Store, key: str) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("a", "n", "n", key)
        assert here(app) == (1, "definition")
        assert statuses(store)[0] == "p"
        assert "Took back: the decision on Definition" in seen(pilot, "#keys")
        await pilot.press(key)
        assert "Nothing to take back" in seen(pilot, "#keys")
        await pilot.press("U")
        assert statuses(store)[0] == "a"
        await pilot.press("U")
        assert "Nothing to do again" in seen(pilot, "#keys")


async def test_undo_reaches_into_the_session_before(store: Store, database: Path) -> None:
    async with UnpackApp(store).run_test(size=WIDE) as pilot:
        await pilot.press("a", "a", "q")
    with Store.open(database) as again:
        app = UnpackApp(again)
        async with app.run_test(size=WIDE) as pilot:
            assert here(app) == (1, "question")  # the last that was decided: nobody kept the place as it was left
            await pilot.press("u", "u")
            assert statuses(again)[:2] == ["p", "p"]


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        (["j"], (1, "question")), (["down"], (1, "question")), (["j", "j", "j"], (2, "definition")),
        (["n"], (2, "definition")), (["right"], (2, "definition")), (["n", "k"], (1, "analogy")),
        (["n", "up"], (1, "analogy")), (["n", "p"], (1, "definition")), (["n", "left"], (1, "definition")),
        (["G"], (4, "definition")), (["G", "g"], (1, "definition")), (["p"], (1, "definition")),
        (["k"], (1, "definition")), (["G", "n"], (4, "definition")),
    ],
)  # fmt: skip
async def test_moving(store: Store, keys: list[str], place: tuple[int, str]) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press(*keys)
        assert here(app) == place
        assert set(statuses(store)) == {"p"}


async def test_flag_and_tags_by_digit(store: Store) -> None:
    store.retag([12], ["weak", "nice"])
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("f", "1")
        tags = store.tags()
        assert store.layer(1).flagged
        assert store.layer(1).tags == (tags[0],)
        assert "⚑" in seen(pilot, "#layers")
        await pilot.press("f", "1")
        assert (store.layer(1).flagged, store.layer(1).tags) == (False, ())
        await pilot.press("9")
        assert "There is no tag 9" in seen(pilot, "#keys")


async def test_tags_are_typed_with_completion(store: Store) -> None:
    store.retag([12], ["слабо"])
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("t")
        assert isinstance(app.screen, TagsScreen)
        await pilot.press("с", "л")
        await pilot.pause()
        await pilot.press("right", "space", "n", "e", "w", "enter")
        assert store.layer(1).tags == ("new", "слабо")
        await pilot.press("t", *["backspace"] * 20, "a", "comma", "b", "enter")
        assert isinstance(app.screen, TagsScreen)
        await pilot.press("escape")
        assert store.layer(1).tags == ("new", "слабо")


async def test_an_edit_is_kept_as_a_new_version_and_decides_nothing(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("e", "!", "ctrl+s")
        layer = store.layer(1)
        assert layer.head.text.endswith("[answer 0]!")
        assert (layer.status, layer.versions) == (Status.PENDING, 2)
        assert here(app) == (1, "definition")


async def test_keys_that_edit_text_never_decide(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("e", *"axuqftsnp ?gG1", "escape")
        assert isinstance(app.screen, KeepOrDrop)
        await pilot.press("n")
        assert isinstance(app.screen, ReviewScreen)
        assert set(statuses(store)) == {"p"}
        assert store.layer(1).versions == 1
        assert store.draft(1) is None


async def test_escape_asks_only_when_something_changed(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("e", "escape")
        assert isinstance(app.screen, ReviewScreen)
        await pilot.press("e", "z", "escape", "escape")
        assert isinstance(app.screen, EditScreen)
        await pilot.press("escape", "y")
        assert store.layer(1).head.text.endswith("z")


async def test_the_editor_undoes_typing_by_itself(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        text = store.layer(1).head.text
        await pilot.press("e", "z", "ctrl+z")
        assert app.screen.query_one(TextArea).text == text
        await pilot.press("escape")
        assert isinstance(app.screen, ReviewScreen)


async def test_a_half_typed_edit_is_there_after_the_line_dropped(store: Store, database: Path) -> None:
    async with UnpackApp(store).run_test(size=WIDE) as pilot:
        await pilot.press("e", "h", "a", "l", "f")
        # The session ends here without a word, as when a connection is cut.
    with Store.open(database) as again:
        app = UnpackApp(again)
        async with app.run_test(size=WIDE) as pilot:
            await pilot.pause()
            assert "half-typed edit is waiting" in seen(pilot, "#keys")
            await pilot.press("e")
            assert app.screen.query_one(TextArea).text.endswith("half")
            await pilot.press("ctrl+s")
            assert again.layer(1).head.text.endswith("half")
            assert again.draft(1) is None


async def test_an_edit_of_a_text_that_changed_elsewhere_is_refused_and_kept_as_a_draft(
    store: Store, database: Path
) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("e", "m", "i", "n", "e")
        with Store.open(database) as other:
            other.edit(1, "(1) theirs")
        await pilot.press("ctrl+s")
        assert store.layer(1).head.text == "(1) theirs"
        draft = store.draft(1)
        assert draft
        assert draft.text.endswith("mine")


async def test_a_decision_on_a_text_that_changed_elsewhere_is_refused(store: Store, database: Path) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        with Store.open(database) as other:
            other.edit(1, "(1) theirs")
        await app.screen.run_action("decide('accepted')")  # at once: the screen looks for changes every second
        await pilot.pause()
        assert statuses(store)[0] == "p"
        assert "changed in another window" in seen(pilot, "#keys")
        assert "theirs" in seen(pilot, "#text")
        await pilot.press("a")
        assert statuses(store)[0] == "a"


async def test_stats_and_help_open_and_close(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("s")
        assert isinstance(app.screen, StatsScreen)
        await pilot.press("a", "x")
        assert set(statuses(store)) == {"p"}
        await pilot.press("escape", "question_mark")
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape")
        assert isinstance(app.screen, ReviewScreen)


async def test_the_same_place_comes_back(store: Store, database: Path) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("n", "n", "j", "q")
    app.review.save_place()  # as the program does in the end, however that comes
    with Store.open(database) as again:
        app = UnpackApp(again)
        async with app.run_test(size=WIDE):
            assert here(app) == (3, "question")


async def test_quotations_are_lit_in_the_source(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("G")
        line = app.screen.query_one("#source", Pane).render_line(0)
        lit = [segment.text for segment in line if segment.style and segment.style.underline]
        assert lit == ["地図"]


async def test_markup_and_escape_codes_in_texts_are_text(tmp_path: Path) -> None:
    from unpack_core.corpus import Arrival
    from unpack_core.intake import take_in
    from unpack_core.model import IncomingDocument, IncomingLayer, IncomingParagraph

    hostile = "[bold red on blue]No[/] [@click=app.quit]x[/] \u202eright to left"
    with Store.open(tmp_path / "h.db", create=True) as store:
        layer = IncomingLayer("definition", f"(1) {hostile}", tags=("t",))
        take_in(store, [Arrival(IncomingDocument("h.md"), IncomingParagraph(hostile, 0, layers=(layer,)))], source="t")
        async with UnpackApp(store).run_test(size=WIDE) as pilot:
            await pilot.pause()
            for pane in ("#source", "#text"):
                said = " ".join(seen(pilot, pane).split())
                assert "[bold red on blue]No[/] [@click=app.quit]x[/] ▯right to left" in said


async def test_an_empty_database_offers_what_can_be_done_there(tmp_path: Path) -> None:
    with Store.open(tmp_path / "e.db", create=True) as store:
        async with UnpackApp(store).run_test(size=NARROW) as pilot:
            await pilot.pause()
            assert seen(pilot, "#keys").split("   ")[0].strip() == "q quit"


async def test_an_empty_database_says_what_to_do(tmp_path: Path) -> None:
    with Store.open(tmp_path / "empty.db", create=True) as store:
        app = UnpackApp(store)
        async with app.run_test(size=NARROW) as pilot:
            await pilot.press(*"axuUetf1jknpgGs", "escape", "space", "left", "down")
            said = "".join(seen(pilot, "#source").split())
            assert f"unpack-tuiimportessays/batch.jsonl--db{tmp_path / 'empty.db'}" in said


async def test_a_paragraph_without_layers_can_be_passed(tmp_path: Path) -> None:
    from unpack_core.corpus import Arrival
    from unpack_core.intake import take_in
    from unpack_core.model import IncomingDocument, IncomingParagraph

    with Store.open(tmp_path / "bare.db", create=True) as store:
        document = IncomingDocument("bare.txt")
        take_in(store, [Arrival(document, IncomingParagraph(f"Text {n}.", n)) for n in range(2)], source="t")
        app = UnpackApp(store)
        async with app.run_test(size=NARROW) as pilot:
            await pilot.press("a")
            assert "no layers" in seen(pilot, "#keys")
            assert f"unpack-tuigenerate--offline--db{tmp_path / 'bare.db'}" in "".join(seen(pilot, "#text").split())
            await pilot.press("e", "t", "f", "x", "space", "j")
            assert app.review.view
            assert app.review.view.number == 2


async def test_a_resize_keeps_the_place_and_changes_the_layout(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("n", "j")
        source, aside = app.screen.query_one("#source"), app.screen.query_one("#aside")
        assert source.region.y == aside.region.y
        await pilot.resize_terminal(*NARROW)
        await pilot.pause()
        assert source.region.bottom <= aside.region.y
        assert here(app) == (2, "question")
        assert "2 of 3" in seen(pilot, "#layers")


async def test_input_has_no_blinking_cursor(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("t")
        assert not app.screen.query_one(Input).cursor_blink
        await pilot.press("escape", "e")
        assert not app.screen.query_one(TextArea).cursor_blink
