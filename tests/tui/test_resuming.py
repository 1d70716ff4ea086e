"""A filter or an order that was kept is found in a thread, and keys wait for it: it is its layers that they mean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.tui.terminal import Terminal, opened
from unpack_core import kept
from unpack_core.kept import EVERYTHING, Way
from unpack_core.model import Status
from unpack_core.queue import Arrangement
from unpack_core.store import Store

SLOW = Way("text:αρχη")
"""All but the first of `much`, which takes a while to be found."""


def left(database: Path, way: Way, layer_id: int) -> None:
    """As the last session left it."""
    with Store.open(database) as store:
        kept.keep_way(store, way)
        kept.keep_place(store, store.layer(layer_id).paragraph_id, layer_id)


@contextmanager
def resumed(much: Path, *, rejected: int = 0) -> Iterator[Terminal]:
    """The review of `much`, left at its seventh layer in what is slow to be found, as it begins to look."""
    left(much, SLOW, 7)
    if rejected:
        with Store.open(much) as store:
            store.decide([rejected], Status.REJECTED)
    with opened(much) as terminal:
        terminal.expect("Looking for")
        yield terminal


def decided(database: Path) -> list[int]:
    with Store.open(database) as store:
        return [layer_id for (layer_id,) in store.rows("SELECT id FROM layer WHERE status <> 'pending' ORDER BY id")]


def test_a_bulk_key_waits_for_the_filter_and_means_no_more_than_it(much: Path) -> None:
    with resumed(much) as terminal:
        terminal.expect("Looking for text:αρχη …  esc ends it.")
        assert "7 of 1,200" in terminal.text()
        terminal.press("X")
        terminal.expect("Reject 1,199 layers")
        terminal.press("y")
        terminal.expect("1,199 layers rejected")
        terminal.quit()
    assert decided(much) == list(range(2, 1201))


def test_all_keys_wait_for_it_in_their_order_and_the_place_is_the_same(much: Path) -> None:
    with resumed(much, rejected=2) as terminal:
        terminal.press("ajx")
        terminal.expect("9 of 1,199")
        terminal.quit()
    assert decided(much) == [2, 7, 9]


def test_undo_waits_for_it(much: Path) -> None:
    with resumed(much, rejected=2) as terminal:
        terminal.press("u")
        terminal.expect("Took back")
        assert "1 of 1,199" in terminal.text()
    assert decided(much) == []


def test_esc_ends_it_and_what_was_typed_before_means_nothing_else(much: Path) -> None:
    with resumed(much) as terminal:
        terminal.press("aX")
        terminal.press("\x1b")
        terminal.expect("Everything is shown.")
        terminal.press("X")
        terminal.expect("“all” means all in a filter")
        assert "7 of 1,200" in terminal.text()
        terminal.quit()
    assert decided(much) == []
    with Store.open(much) as store:
        assert kept.way(store) == EVERYTHING


def test_whoever_leaves_before_it_is_there_has_it_the_next_time(much: Path) -> None:
    with resumed(much) as terminal:
        terminal.press("aq")
        assert terminal.wait() == 0
    assert decided(much) == []
    with Store.open(much) as store:
        assert kept.way(store) == SLOW
        assert kept.place(store) == (7, 7)


@pytest.mark.parametrize(
    ("way", "layer_id", "number"),
    [
        (Way("kind:question"), 2, "1 of 4"),
        (Way("kind:question"), 7, "3 of 4"),
        (Way("lang:en kind:analogy"), 12, "1 of 2"),
        (Way("", Arrangement.NEWEST), 4, "3 of 4"),
    ],
)
def test_the_place_is_the_layer_in_the_filter_or_what_is_nearest(
    database: Path, way: Way, layer_id: int, number: str
) -> None:
    left(database, way, layer_id)
    with opened(database) as terminal:
        terminal.expect(number)
        assert "Looking for" not in terminal.text()
        terminal.quit()


def test_a_filter_that_finds_nothing_any_more_shows_everything_and_lets_keys_go(database: Path) -> None:
    left(database, Way("kind:meta"), 4)
    with opened(database) as terminal:
        terminal.expect("Nothing matches kind:meta: everything is shown.")
        terminal.press("X")
        terminal.expect("“all” means all in a filter")
    assert decided(database) == []


def test_a_filter_that_an_older_program_wrote_is_said(database: Path) -> None:
    left(database, Way("colour:red"), 4)
    with opened(database) as terminal:
        terminal.expect("colour")
        terminal.press("a")
        terminal.expect("accepted")
    assert decided(database) == [4]


def test_a_filter_of_the_command_line_is_found_beside_the_first_picture_and_keys_wait_for_it(much: Path) -> None:
    left(much, Way("kind:definition", Arrangement.NEWEST), 7)
    command = ("review", "--where", SLOW.filter, "--db", much.name)
    with Terminal(*command, environment={}, folder=much.parent) as terminal:
        terminal.press("X")
        terminal.expect(f"Looking for {SLOW.filter} …  esc ends it.")
        terminal.expect("Reject 1,199 layers")
        terminal.press("y")
        terminal.expect("1,199 layers rejected")
        terminal.quit()
    assert decided(much) == list(range(2, 1201))
    with Store.open(much) as store:
        assert kept.way(store) == SLOW


def test_a_filter_of_the_command_line_can_be_given_up(much: Path) -> None:
    with Terminal("review", "--where", SLOW.filter, "--db", much.name, environment={}, folder=much.parent) as terminal:
        terminal.expect("Looking for")
        terminal.press("\x1b")
        terminal.expect("Everything is shown.")
        terminal.quit()
