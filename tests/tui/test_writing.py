"""The editor knows the notation: it counts the items and marks what is not quoted from the source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.events import Key
from textual.pilot import Pilot

from tests.tui.test_review_screen import NARROW, WIDE, seen
from unpack_core import duplicates
from unpack_core.corpus import Arrival
from unpack_core.intake import take_in
from unpack_core.model import IncomingDocument, IncomingLayer, IncomingParagraph
from unpack_core.store import Store
from unpack_tui.app import UnpackApp
from unpack_tui.screens.review import ReviewScreen
from unpack_tui.widgets.writing import Writing

RUSSIAN = "Справедливость — это соответствие деяний нормам морали."
JAPANESE = "地図は土地ではない。しかし、地図のない土地を誰が知っていると言えるだろうか。"
SOURCE = "Justice is the conformity of deeds to the norms of morality."
TEXT = "(1) “norms of morality” Which?\n(2) “deeds” Whose?\n(3) Why?"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    texts = {
        "question": (SOURCE, TEXT),
        "definition": (RUSSIAN, "(1) «нормам морали» Каким?\n(2) Чьим?"),
        "analogy": (JAPANESE, "(1) 「土地ではない」 何？\n(2) なぜ？"),
        "paradox": ("One\u2028two.", "(1) “One\u2028two” line separators"),
    }  # fmt: skip
    with Store.open(tmp_path / "w.db", create=True) as store:
        arrivals = [
            Arrival(IncomingDocument("w.md"), IncomingParagraph(source, n, layers=(IncomingLayer(kind, text),)))
            for n, (kind, (source, text)) in enumerate(texts.items())
        ]
        take_in(store, arrivals, source="t")
        yield store


def writing(pilot: Pilot[None]) -> Writing:
    return pilot.app.screen.query_one(Writing)


async def write(pilot: Pilot[None], text: str) -> None:
    """Letter by letter, as a terminal sends them; `press` knows the names of few of them."""
    for letter in text:
        writing(pilot).post_message(Key(letter, letter))
    await pilot.pause()


def underlined(pilot: Pilot[None]) -> str:
    field = writing(pilot)
    segments = (segment for y in range(field.size.height) for segment in field.render_line(y))
    return "".join(segment.text for segment in segments if segment.style and segment.style.underline)


async def test_a_line_that_comes_is_counted_when_the_cursor_leaves_it(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("e", "up", "end", "enter", *"(1) New?")
        assert writing(pilot).text.count("(1)") == 2
        await pilot.press("up")
        await pilot.pause()
        assert writing(pilot).text == "(1) “norms of morality” Which?\n(2) “deeds” Whose?\n(3) New?\n(4) Why?"
        assert writing(pilot).cursor_location == (1, len("(1) New?"))
        await pilot.press("ctrl+s")
        assert store.layer(1).head.text.endswith("(3) New?\n(4) Why?")


async def test_what_is_kept_is_counted_though_the_cursor_stays(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("e", "ctrl+home", "home", "up", "up", "up", "home", *"(7) First.", "enter", "ctrl+s")
        await pilot.pause()
        assert store.layer(1).head.text.startswith("(1) First.\n(2) “norms of morality” Which?\n(3) “deeds”")


async def test_lines_that_go_or_are_joined_are_counted_and_the_cursor_stays_at_its_letter(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("e", "up", "home", "backspace")
        await pilot.pause()
        assert writing(pilot).text == "(1) “norms of morality” Which?(2) “deeds” Whose?\n(2) Why?"
        assert writing(pilot).cursor_location == (0, len("(1) “norms of morality” Which?"))
        await pilot.press("enter")
        await pilot.pause()
        assert writing(pilot).text == TEXT


async def test_a_number_that_grows_moves_the_cursor_with_its_letter(store: Store) -> None:
    items = "\n".join(f"({n}) Item {n}." for n in range(1, 11))
    store.edit(1, items)
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("e", "up", "up", "end", "enter", *"(1) More.", "down")
        await pilot.pause()
        lines = writing(pilot).text.split("\n")
        assert lines[8] == "(9) More."
        assert lines[-1] == "(11) Item 10."
        row, column = writing(pilot).cursor_location
        assert lines[row][:column] == "(10) Item "  # one further to the right than it was


async def test_undo_takes_the_counting_back_and_has_the_last_word(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("e", "up", "end", "enter", *"(1) New?", "up")
        await pilot.pause()
        await pilot.press("ctrl+z")
        by_hand = "(1) “norms of morality” Which?\n(2) “deeds” Whose?\n(1) New?\n(3) Why?"
        assert writing(pilot).text == by_hand
        await pilot.press("down", "down", "up", "up")
        await pilot.pause()
        assert writing(pilot).text == by_hand
        await pilot.press("ctrl+y")
        assert "(3) New?\n(4) Why?" in writing(pilot).text
        for _ in range(6):
            await pilot.press("ctrl+z")
        assert writing(pilot).text == TEXT
        await pilot.press("escape")
        assert isinstance(app.screen, ReviewScreen)
        assert store.draft(1) is None


async def test_a_text_numbered_otherwise_stays_so_when_a_word_is_mended(store: Store) -> None:
    store.edit(1, "(4) “deeds” One.\n(4) Two.\n(9) Three.")
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("e", "up", "end", "!", "down", "up", "ctrl+s")
        assert store.layer(1).head.text == "(4) “deeds” One.\n(4) Two.!\n(9) Three."


async def test_a_quotation_that_is_not_in_the_source_is_lit_and_told_while_typing(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("e")
        assert "3 items, 2 quotations" in seen(pilot, "#status")
        assert underlined(pilot) == ""
        await pilot.press("enter")
        await write(pilot, "(4) “the law of the sea")
        assert "is not in the source" not in seen(pilot, "#status")
        await write(pilot, "”")
        assert "▲ “the law of the sea” is not in the source" in seen(pilot, "#status")
        assert underlined(pilot) == "“the law of the sea”"
        await pilot.press("up", "end", *["left"] * len(" Why?"))
        await write(pilot, " “nowhere”")
        assert "“nowhere” is not in the source (1 more)" in seen(pilot, "#status")
        draft = store.draft(1)
        assert draft
        assert "“nowhere”" in draft.text
    async with UnpackApp(store).run_test(size=NARROW) as pilot:
        await pilot.press("e")
        assert "half-typed edit is back" in seen(pilot, "#status")
        await pilot.press("backspace")
        assert "“nowhere” is not in the source" in seen(pilot, "#status")


async def test_words_that_the_source_has_a_little_otherwise_are_told(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("e", "enter")
        await write(pilot, "(4) “conformity of the deeds to norms” Hm")
        assert "the source says “conformity of deeds to the norms" in seen(pilot, "#status")


async def test_russian_is_counted_and_quoted(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("n", "e", "up", "end", "enter")
        await write(pilot, "(2) «закон моря» Чей?")
        await pilot.press("down")
        await pilot.pause()
        assert writing(pilot).text == "(1) «нормам морали» Каким?\n(2) «закон моря» Чей?\n(3) Чьим?"
        assert "“закон моря” is not in the source" in seen(pilot, "#status")
        assert underlined(pilot) == "«закон моря»"


async def test_ideographs_are_quoted_and_wrapped_behind_the_number(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("n", "n", "e", "up", "end")
        await write(pilot, "地図のない土地を誰が知っていると言えるだろうか" * 3)
        rows = [writing(pilot).render_line(y).text.strip() for y in range(3)]
        assert rows[0].startswith("(1) 「土地ではない」 何？地図のない")
        assert "".join(rows) == writing(pilot).document[0]
        assert writing(pilot).cursor_screen_offset.y == writing(pilot).region.y + 2
        await pilot.press("enter")
        await write(pilot, "(2) 「海」")
        assert "“海” is not in the source" in seen(pilot, "#status")


async def test_what_was_not_touched_is_not_changed_by_keeping_or_leaving_it(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("G", "e", "ctrl+s")
        assert store.layer(4).versions == 1
        await pilot.press("e", "escape")
        assert isinstance(app.screen, ReviewScreen)
        assert store.draft(4) is None


async def test_long_lines_are_written_to_their_end(store: Store) -> None:
    store.edit(1, "(1) " + "слово " * 2_000)
    app = UnpackApp(store)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("e", "!", "home", "end")
        field = writing(pilot)
        assert "!" in "".join(field.render_line(y).text for y in range(field.size.height))
        await pilot.press("ctrl+s")
        assert store.layer(1).head.text.endswith("!")


async def test_a_merged_text_is_counted_and_its_quotations_are_those_of_the_copy_that_is_kept(store: Store) -> None:
    text = "(1) “conformity of deeds” What was promised to a morning that nobody has seen?"
    store.edit(1, text)
    other = IncomingLayer("question", text.replace("conformity of deeds", "sea"))
    paragraph = IncomingParagraph("A sea.", 0, layers=(other,))
    take_in(store, [Arrival(IncomingDocument("x.md"), paragraph)], source="t")
    duplicates.set_threshold(store, 0.6)
    duplicates.catch_up(store)
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("d")
        await pilot.pause()
        await pilot.press("m", "enter", "ctrl+t")
        await pilot.pause()
        kept = writing(pilot)
        assert kept.text.count("(1)") == 1
        assert "(2)" in kept.text
        assert "is not in the source" in seen(pilot, "#status")
