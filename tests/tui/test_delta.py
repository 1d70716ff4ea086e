"""What is sent is little, and the terminal shows what it would show if everything were sent."""

from __future__ import annotations

import pyte
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Region, Size
from textual.strip import Strip

from unpack_tui.delta import Shown

WIDTH, HEIGHT = 24, 4
SIZE = Size(WIDTH, HEIGHT)
CONSOLE = Console(color_system="truecolor", force_terminal=True)
STYLES = [
    Style(),
    Style(color="#aabbcc", bgcolor="#101010"),
    Style(color="#aabbcc", bgcolor="#202020"),
    Style(color="red", bold=True, underline=True),
    Style(reverse=True),
]
segments = st.lists(
    st.tuples(st.text(st.sampled_from("ab яё“”地図。"), min_size=1, max_size=9), st.sampled_from(STYLES)).map(
        lambda said: Segment(*said)
    ),
    max_size=6,
)
frames = st.lists(st.lists(segments, min_size=HEIGHT, max_size=HEIGHT), min_size=1, max_size=5)


def frame(rows: list[list[Segment]]) -> LayoutUpdate:
    strips = [[Strip(row).crop_extend(0, WIDTH, None)] for row in rows]
    return LayoutUpdate(list(strips), Region(0, 0, WIDTH, HEIGHT))


def terminal(width: int = WIDTH, height: int = HEIGHT) -> tuple[pyte.Screen, pyte.Stream]:
    screen = pyte.Screen(width, height)
    screen.reset_mode(pyte.modes.DECAWM)
    return screen, pyte.Stream(screen)


def sent(memory: Shown, update: CompositorUpdate, size: Size = SIZE) -> str:
    """What goes over the line for an update."""
    news = memory.news_of(update, CONSOLE, size)
    return news.render_segments(CONSOLE) if news else ""


def cells(screen: pyte.Screen) -> list[list[pyte.screens.Char]]:
    return [[screen.buffer[y][x] for x in range(WIDTH)] for y in range(HEIGHT)]


@given(frames)
def test_the_terminal_shows_what_it_would_show_if_all_were_sent(shown: list[list[list[Segment]]]) -> None:
    (ours, to_ours), (theirs, to_theirs) = terminal(), terminal()
    memory = Shown()
    for rows in shown:
        to_ours.feed(sent(memory, frame(rows)))
        to_theirs.feed(frame(rows).render_segments(CONSOLE))
        assert cells(ours) == cells(theirs)


@given(frames)
def test_what_is_shown_already_is_not_sent_again(shown: list[list[list[Segment]]]) -> None:
    memory = Shown()
    for rows in shown:
        sent(memory, frame(rows))
        assert sent(memory, frame(rows)) == ""


@given(frames, st.integers(0, WIDTH), st.integers(0, HEIGHT))
def test_a_frame_that_is_larger_than_the_window_leaves_no_mark_at_its_edges(
    shown: list[list[list[Segment]]], width: int, height: int
) -> None:
    """The frame was laid out before the window became smaller; the one for its size comes next."""
    before, after = shown[0], shown[-1]
    (ours, to_ours), (theirs, to_theirs) = (terminal(width or 1, height or 1) for _ in range(2))
    memory, size = Shown(), Size(width, height)
    strips = [[Strip(row).crop_extend(0, width, None)] for row in after[:height]]
    smaller = LayoutUpdate(list(strips), Region(0, 0, width, height))
    to_ours.feed(sent(memory, frame(before), size))
    to_ours.feed(sent(memory, smaller, size))
    to_theirs.feed(smaller.render_segments(CONSOLE))
    assert [[ours.buffer[y][x] for x in range(width)] for y in range(height)] == [
        [theirs.buffer[y][x] for x in range(width)] for y in range(height)
    ]


def test_what_was_not_written_is_not_taken_as_shown() -> None:
    memory, update = Shown(), frame([[Segment("a", STYLES[3])]] * HEIGHT)
    dropped, again = (memory.news_of(update, CONSOLE, SIZE) for _ in range(2))
    assert dropped
    assert again
    assert again.render_segments(CONSOLE) == dropped.render_segments(CONSOLE) != ""


def test_one_changed_letter_is_a_place_and_a_letter() -> None:
    memory = Shown()
    sent(memory, frame([[Segment("one word", STYLES[0])]] * HEIGHT))
    changed = [[Segment("one word", STYLES[0])]] * 2 + [[Segment("one ward", STYLES[0])]] + [[Segment("one word")]]
    assert sent(memory, frame(changed)) == "\x1b[3;6Ha"


def test_a_colour_is_said_where_it_changes_alone() -> None:
    rows = [[Segment("a", STYLES[1]), Segment("b", STYLES[2]), Segment("c", STYLES[2])], [], [], []]
    written = sent(Shown(), frame(rows))
    assert written.startswith("\x1b[1;1H\x1b[38;2;170;187;204;48;2;16;16;16ma\x1b[48;2;32;32;32mbc\x1b[39;49m")


def test_a_part_of_a_row_is_written_at_its_place() -> None:
    memory = Shown()
    sent(memory, frame([[Segment("x" * WIDTH)]] * HEIGHT))
    part = ChopsUpdate([{}, {0: None, 10: Strip([Segment("x地x")])}, {}, {}], [(1, 10, 14)], [[], [10, 14], [], []])
    assert sent(memory, part) == "\x1b[2;12H地"
    assert sent(memory, part) == ""


def test_what_terminals_draw_in_different_widths_moves_nothing_behind_it() -> None:
    written = sent(Shown(), LayoutUpdate([[Strip([Segment("👩‍🚀e\u0301b")])]], Region(0, 0, 4, 1)))
    assert written == "\x1b[1;1H  \x1b[1;1H👩‍🚀\x1b[1;3He\u0301\x1b[1;4Hb"


def test_emoji_that_a_terminal_does_not_join_cover_nothing_that_stands_behind() -> None:
    screen, to_screen = terminal()
    memory = Shown()
    for row in ("x" * 10 + "|edge", "x" * 8 + "👍🏽|edge", "|edge".rjust(15)):
        to_screen.feed(sent(memory, frame([[Segment(row)], [], [], []])))
        assert "".join(screen.buffer[0][x].data for x in range(10, 20)).rstrip() == "|edge"
    sent(memory, frame([[Segment("abcdef")], [], [], []]))
    written = sent(memory, frame([[Segment("👩‍🚀cdef")], [], [], []]))
    assert written == "\x1b[1;1H  \x1b[1;1H👩‍🚀\x1b[1;3Hcd"


def test_what_was_forgotten_is_sent_again() -> None:
    memory = Shown()
    first = sent(memory, frame([[Segment("a", STYLES[3])]] * HEIGHT))
    memory.forget()
    assert sent(memory, frame([[Segment("a", STYLES[3])]] * HEIGHT)) == first


def test_without_colours_there_are_none() -> None:
    rows = [[Segment("a", STYLES[1]), Segment("b", STYLES[3]), Segment("c", STYLES[4])], [], [], []]
    assert "\x1b[1;4mb\x1b[;7mc\x1b[m" in sent(Shown(colours=False), frame(rows))
