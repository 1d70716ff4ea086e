"""Two windows on one file, terminals that show less, and what is still there the next day."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyte.screens import Char

from tests.tui.terminal import opened
from unpack_core.store import Store

COLOUR = re.compile(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-7]|4[0-7]|9[0-7]|10[0-7]|[34]8;[25];[0-9;]+)(?:;[0-9]+)*m")
MANY_COLOURS = re.compile(rb"\x1b\[[0-9;]*[34]8;[25];")


def test_what_one_window_decides_the_other_shows_without_moving(database: Path) -> None:
    with opened(database) as one, opened(database) as other:
        one.expect("1 of 4")
        one.press("j")
        one.expect("Open question 2 of 3")
        other.expect("1 of 4")
        other.press("a")
        other.expect("Definition accepted")
        one.expect("11 left")
        one.expect("✓○○")
        assert "Open question 2 of 3" in one.text()
        one.press("k")
        one.expect("Definition 1 of 3")
        one.expect("accepted")
        one.press("u")  # the last step, whoever took it
        one.expect("Took back")
        other.expect("12 left")


def test_a_text_that_the_other_window_changed_is_read_before_it_is_decided(database: Path) -> None:
    with opened(database) as one:
        one.expect("1 of 4")
        with Store.open(database) as store:
            store.edit(1, "(1) Written elsewhere")
            one.press("a")
            one.expect("Written elsewhere")
            if store.layer(1).status == "accepted":  # it had looked before the key came: then this was decided on
                return
            one.expect("changed in another window")
            assert store.layer(1).status == "pending"


@pytest.mark.parametrize(
    ("environment", "unwanted", "wanted"),
    [
        ({"NO_COLOR": "1", "COLORTERM": "truecolor"}, COLOUR, None),
        ({"COLORTERM": "", "TERM": "xterm-256color"}, MANY_COLOURS, COLOUR),
        ({"COLORTERM": "truecolor"}, None, MANY_COLOURS),
    ],
    ids=["none", "sixteen", "all"],
)
def test_no_more_colours_than_the_terminal_says(
    database: Path, environment: dict[str, str], unwanted: re.Pattern[bytes] | None, wanted: re.Pattern[bytes] | None
) -> None:
    with opened(database, **environment) as terminal:
        terminal.expect("1 of 4")
        terminal.press("a")
        terminal.expect("Definition accepted")
        terminal.press("F")
        terminal.expect("Show only")
        terminal.press("knd:x")
        terminal.expect("Did you mean")
        assert not (unwanted and unwanted.search(terminal.written))
        assert not wanted or wanted.search(terminal.written)
        terminal.press("\x03")
        assert terminal.wait() == 0


def test_without_colours_the_cursor_and_what_is_chosen_are_seen_all_the_same(database: Path) -> None:
    with opened(database, NO_COLOR="1") as terminal:

        def row(text: str) -> list[Char]:
            """The cells of the row that has this text."""
            (y,) = (y for y, line in enumerate(terminal.screen.display) if text in line)
            return [terminal.screen.buffer[y][x] for x in range(terminal.screen.columns)]

        terminal.expect("1 of 4")
        for key, typed in (("e", "cat"), ("t", "dog"), ("/", "cow")):
            terminal.press(key)
            terminal.press(typed)
            terminal.expect(typed)
            terminal.settle()
            cells = row(typed)
            assert cells["".join(cell.data for cell in cells).index(typed) + len(typed)].reverse
            terminal.press("\x1b")
            if key == "e":
                terminal.expect("Keep the change?")
                terminal.press("n")
            terminal.expect_gone(typed)
        terminal.press("\x10")  # ctrl+p
        terminal.expect("Accept (a)")
        terminal.settle()
        assert any(cell.underscore for cell in row("Accept (a)"))
        assert not any(cell.underscore for cell in row("Accept all (A)"))
        terminal.press("\x1b")
        terminal.expect_gone("Accept (a)")
        terminal.quit()


def test_a_bulk_step_of_yesterday_is_taken_back_whole_and_shown(database: Path) -> None:
    with opened(database) as terminal:
        terminal.expect("1 of 4")
        terminal.narrow("kind:question")
        terminal.expect("kind:question  ¶")
        terminal.press("X")
        terminal.expect("Reject 4 layers?")
        terminal.expect("Open question  ")  # some of them
        terminal.press("y")
        terminal.expect("4 layers rejected")
        terminal.press("\x1b")
        terminal.expect("Everything is shown")
        terminal.press("G")
        terminal.expect("4 of 4")
        terminal.press("q")
        terminal.wait()
    with opened(database) as terminal:
        terminal.expect("4 of 4")
        terminal.press("u")
        terminal.expect("Took back: the decision on 4 layers")
        terminal.expect("¶ 1 of 4")
        terminal.expect("Open question 2 of 3")
        terminal.press("q")
        terminal.wait()
    with Store.open(database) as store:
        assert store.one("SELECT count(*) FROM layer WHERE status <> 'pending'")[0] == 0
        assert store.one("SELECT count(*) FROM step WHERE action = 'decide'")[0] == 1


def test_the_order_is_the_same_the_next_day(database: Path) -> None:
    with opened(database) as terminal:
        terminal.expect("1 of 4")
        terminal.press("o")
        terminal.expect("(problems first)")
        terminal.press("q")
        terminal.wait()
    with opened(database) as terminal:
        terminal.expect("(problems first)")


def test_a_search_in_any_script_is_walked_with_n_and_p_and_left_with_escape(database: Path) -> None:
    with opened(database) as terminal:
        terminal.expect("1 of 4")
        terminal.press("n")
        terminal.expect("¶ 2 of 4")
        for words, found in (("без ВОЗДУХА", "Причина — это то"), ("ない土地", "地図は土地ではない")):
            terminal.press("/")
            terminal.expect("Search in")
            terminal.press(words)
            terminal.expect("3 layers in 1 paragraph")
            terminal.press("\r")
            terminal.expect("¶ 1 of 1")
            terminal.expect(found)
            terminal.press("\x1b")
            terminal.expect("¶ 2 of 4")
        terminal.press("/")
        terminal.expect("Search in")
        terminal.press("the\r")  # in two of the paragraphs
        terminal.expect("of 2")
        terminal.press("p")
        terminal.expect("¶ 1 of 2")
        terminal.press("n")
        terminal.expect("¶ 2 of 2")
        terminal.press("\x1b")
        terminal.expect("¶ 2 of 4")
