"""A selection is walked like everything is, stays as it was found, and is left for the place where one was before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unpack_core import checks
from unpack_core.corpus import Arrival
from unpack_core.filter import compiled, for_words
from unpack_core.intake import take_in
from unpack_core.model import IncomingDocument, IncomingLayer, IncomingParagraph, Status
from unpack_core.queue import Arrangement, Order, ReadingOrder
from unpack_core.recipe import built_in
from unpack_core.review import Review
from unpack_core.selection import Search, Selection
from unpack_core.store import Store

PARAGRAPHS = 12


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return filled(tmp_path / "x.db")


def filled(path: Path) -> Store:
    """Twelve paragraphs of two layers each, 1 and 2 on the first; then one without. Every third is `threefold`."""
    store = Store.open(path, create=True)
    take_in(
        store,
        (
            Arrival(
                IncomingDocument("essay.md"),
                IncomingParagraph(
                    f"Paragraph {n} {'threefold' if n % 3 == 0 else ''}.",
                    n,
                    layers=(
                        IncomingLayer("definition", f"(1) What {n} means", model="a"),
                        IncomingLayer("question", f"(1) Why {n}?", model="b"),
                    )
                    if n <= PARAGRAPHS
                    else (),
                ),
            )
            for n in range(1, PARAGRAPHS + 2)
        ),
        source="test",
    )
    return store


def selection(store: Store, expression: str, arrangement: Arrangement = Arrangement.DOCUMENT) -> Selection:
    return Selection(store, compiled(store, expression), arrangement)


def walked(order: Order) -> list[int]:
    """All paragraphs from the first to the last, and the same backwards."""
    forwards: list[int] = []
    here = order.first()
    while here is not None:
        forwards.append(here)
        here = order.after(here)
    backwards: list[int] = []
    here = order.last()
    while here is not None:
        backwards.append(here)
        here = order.before(here)
    assert forwards == backwards[::-1]
    assert [order.number(paragraph) for paragraph in forwards] == list(range(1, len(forwards) + 1))
    assert order.total() == len(forwards)
    return forwards


def test_a_selection_of_everything_is_the_reading_order(store: Store) -> None:
    everything, found = ReadingOrder(store), selection(store, "")
    assert walked(found) == walked(everything)
    assert found.left() == everything.left() == 2 * PARAGRAPHS
    assert found.between(9, 3) == everything.between(9, 3) == -6
    assert found.next_open() == everything.next_open() == 1
    assert found.next_open(12) is everything.next_open(12) is None


def bring(store: Store, text: str) -> None:
    take_in(store, [Arrival(IncomingDocument(f"{text}.md"), IncomingParagraph(text, 0))], source="test")


def test_the_way_to_the_last_paragraph_counts_none_twice(store: Store) -> None:
    review, said = Review(store, built_in()), list[str]()
    store.connection.set_trace_callback(said.append)
    review.last()
    review.first()
    review.decide(Status.ACCEPTED)
    review.last()
    assert review.view
    assert (review.view.paragraph.text, review.view.number) == ("Paragraph 13 .", 13)
    assert said
    assert not any("FROM paragraph" in sql and "count(*)" in sql for sql in said)


def test_the_last_paragraph_has_its_number_whoever_brought_or_removed_one(store: Store) -> None:
    review = Review(store, built_in())

    def number_of_the_last() -> int:
        review.first()
        review.last()
        assert review.view
        assert review.order.total() == len(walked(review.order))
        return review.view.number

    assert number_of_the_last() == PARAGRAPHS + 1
    bring(store, "Brought here.")
    assert number_of_the_last() == PARAGRAPHS + 2
    with store.again() as another:
        bring(another, "Brought in another window.")
        assert number_of_the_last() == PARAGRAPHS + 3
        another.rows("DELETE FROM paragraph WHERE id = ?", (PARAGRAPHS + 1,))
        assert number_of_the_last() == PARAGRAPHS + 2


LAYERS = st.integers(1, 2 * PARAGRAPHS)
DONE = st.lists(
    st.one_of(
        st.tuples(st.just("decide"), LAYERS, st.sampled_from(Status)),
        st.tuples(st.just("edit"), LAYERS, st.sampled_from(["(1) Mended.", "", "(1) As an AI model, I …"])),
        st.tuples(st.just("undo")),
        st.tuples(st.just("redo")),
        st.tuples(st.just("add"), st.integers(1, PARAGRAPHS + 1)),
        st.tuples(st.just("check")),
    ),
    max_size=12,
)
"""What is done to a file before a selection is made, and after."""


def do(store: Store, verb: str, *how: Any) -> None:
    if verb == "add":  # another window imports a layer
        layer = IncomingLayer("analogy", f"(1) Like {store.last('layer')}.", status=Status.PENDING)
        paragraph = store.paragraph(*how)
        incoming = IncomingParagraph(paragraph.text, paragraph.position, layers=(layer,))
        take_in(store, [Arrival(IncomingDocument("essay.md"), incoming)], source="another")
    elif verb == "check":
        checks.catch_up(store)
    elif verb == "decide":
        store.decide([how[0]], how[1])
    else:
        getattr(store, verb)(*how)


@given(before=DONE, after=DONE, arrangement=st.sampled_from(Arrangement))
@settings(max_examples=40, deadline=None)
def test_everything_is_what_a_filter_that_finds_everything_has(
    before: list[tuple[Any, ...]], after: list[tuple[Any, ...]], arrangement: Arrangement
) -> None:
    """One is the layer table itself, the other a copy of what was found in it."""
    with TemporaryDirectory() as folder, filled(Path(folder) / "x.db") as store:
        for step in before:
            do(store, *step)
        table, copy = selection(store, "", arrangement), selection(store, "-text:nowhere", arrangement)
        for step in [None, *after]:
            if step:
                do(store, *step)
            assert (table.left(), table.next_open(), table.next_open(5)) == (
                copy.left(), copy.next_open(), copy.next_open(5)
            )  # fmt: skip
        assert walked(table) == walked(copy)
        assert (table.size, list(table.layer_ids())) == (copy.size, list(copy.layer_ids()))
        for paragraph_id in range(1, PARAGRAPHS + 2):
            assert table.layers(paragraph_id) == copy.layers(paragraph_id)
        table.close()
        copy.close()
        assert store.rows("SELECT name FROM sqlite_temp_master").fetchall() == []


def test_a_selection_has_what_was_found_and_no_more(store: Store) -> None:
    found = selection(store, "threefold kind:question")
    assert walked(found) == [3, 6, 9, 12]
    assert list(found.layer_ids()) == [6, 12, 18, 24]
    assert found.layers(6) == frozenset({12})
    assert found.layers(7) is None
    assert (found.size, found.left()) == (4, 4)


def test_a_paragraph_without_layers_can_be_found(store: Store) -> None:
    found = selection(store, "13")
    assert walked(found) == [13]
    assert found.layers(13) is None
    assert (found.size, found.left(), found.next_open()) == (0, 0, None)


def test_nothing_found_is_an_empty_selection(store: Store) -> None:
    found = selection(store, "kind:analogy")
    assert walked(found) == []
    assert (found.first(), found.last(), found.next_open(), found.left()) == (None, None, None, 0)
    assert found.sample(3) == []


def test_what_is_decided_stays_in_its_selection_and_is_not_open_any_more(store: Store) -> None:
    found = selection(store, "status:pending kind:question")
    store.decide([2, 4, 1], Status.ACCEPTED)
    assert walked(found) == list(range(1, PARAGRAPHS + 1))
    assert found.left() == PARAGRAPHS - 2
    assert found.next_open() == 3
    store.undo()
    assert found.left() == PARAGRAPHS
    assert found.next_open() == 1
    store.redo()
    assert found.left() == PARAGRAPHS - 2


def test_what_another_window_decides_is_known_too(store: Store) -> None:
    found = selection(store, "kind:question")
    with Store.open(store.path) as other:
        other.decide([2, 24], Status.REJECTED)
    assert found.left() == PARAGRAPHS - 2
    assert found.next_open() == 2
    assert found.next_open(11) is None


def test_where_a_stranger_would_stand(store: Store) -> None:
    found = selection(store, "threefold")
    assert found.number(7) == 2
    assert (found.before(7), found.after(7), found.nearest(7)) == (6, 9, 9)
    assert (found.before(1), found.after(1), found.after(13)) == (None, 3, None)
    assert found.nearest(13) == 3
    assert found.next_open(7) == 9


def test_most_findings_first(store: Store) -> None:
    with store.write():
        store.rows("INSERT INTO finding (version_id, name) VALUES (9, 'a'), (10, 'a'), (15, 'a'), (15, 'b'), (15, 'c')")
    assert walked(selection(store, "", Arrangement.PROBLEMS))[:3] == [8, 5, 1]
    assert walked(selection(store, "kind:question", Arrangement.PROBLEMS))[:3] == [5, 1, 2]


def test_the_surest_first(store: Store) -> None:
    """Definitions were accepted and questions rejected: of what is open, definitions alone are the surest."""
    store.decide([1, 3, 5], Status.ACCEPTED)
    store.decide([2, 4, 6, 8, 10], Status.REJECTED)
    with store.write():
        store.rows("INSERT INTO finding (version_id, name) VALUES (13, 'a')")
    assert walked(selection(store, "status:pending", Arrangement.CERTAIN)) == [4, 5, 6, 8, 9, 10, 11, 12, 7]


def test_the_newest_first(store: Store) -> None:
    store.edit(9, "(1) Mended.")
    assert walked(selection(store, "", Arrangement.NEWEST)) == [5, 12, 11, 10, 9, 8, 7, 6, 4, 3, 2, 1, 13]


def test_a_sample_is_the_same_for_the_same_seed(store: Store) -> None:
    found = selection(store, "kind:question")
    some = found.sample(5, seed=1)
    assert len(set(some)) == 5
    assert set(some) < set(found.layer_ids())
    assert some == found.sample(5, seed=1) != found.sample(5, seed=2)
    assert found.sample(100) == list(found.layer_ids())


def test_a_closed_selection_leaves_nothing_behind(store: Store) -> None:
    one, other = selection(store, ""), selection(store, "threefold")
    one.close()
    assert walked(other) == [3, 6, 9, 12]
    other.close()
    assert store.rows("SELECT name FROM sqlite_temp_master").fetchall() == []


# --- walking through it ------------------------------------------------------------------------------------------


@pytest.fixture
def review(store: Store) -> Review:
    return Review(store, built_in())


def at(review: Review) -> tuple[int, int | None]:
    """The paragraph and the layer in view."""
    assert review.view is not None
    return review.view.paragraph.id, review.layer.id if review.layer else None


def test_a_filter_shows_only_what_it_found_and_esc_goes_back(review: Review) -> None:
    review.go_to(13)
    assert review.narrow("threefold kind:question")
    assert at(review) == (9, 18)
    assert review.view is not None
    assert (review.view.number, review.total, review.left, review.view.hidden) == (3, 4, 4, 1)
    assert review.next_layer()
    assert at(review) == (12, 24)
    assert not review.next_layer()
    assert review.first()
    assert at(review) == (3, 6)
    assert review.select_none()
    assert at(review) == (7, 13)
    assert (review.view.number, review.total, review.left, review.view.hidden) == (7, 13, 24, 0)
    assert not review.select_none()


def test_deciding_goes_through_the_selection_and_round_to_what_is_left(review: Review) -> None:
    review.go_to(17)
    review.narrow("threefold kind:question status:pending")
    for expected in (24, 6, 12):
        review.decide(Status.ACCEPTED)
        assert at(review)[1] == expected
    review.decide(Status.REJECTED)
    assert review.left == 0
    assert not review.finished  # others are open outside of it
    review.undo()
    assert (at(review), review.left) == ((6, 12), 1)


def test_undoing_what_the_filter_does_not_show_shows_it_whole(review: Review) -> None:
    review.go_to(7)
    review.decide(Status.ACCEPTED)
    review.narrow("threefold kind:question")
    review.undo()
    assert at(review) == (4, 7)
    assert review.view is not None
    assert (len(review.view.layers), review.view.number, review.left) == (2, 1, 4)
    assert review.next_paragraph()
    assert (at(review), review.view.number) == ((6, 12), 2)


def test_the_layer_in_view_stays_in_view_where_it_was_found(review: Review) -> None:
    review.go_to(12)
    review.narrow("threefold")
    assert at(review) == (6, 12)
    review.narrow("kind:definition")
    assert at(review) == (6, 11)


def test_a_filter_that_finds_nothing_changes_nothing(review: Review) -> None:
    review.go_to(12)
    assert not review.narrow("kind:analogy")
    assert (at(review), review.total, review.selection) == ((6, 12), 13, None)


def test_a_search_in_a_filter_goes_back_to_the_filter(review: Review) -> None:
    review.go_to(10)
    review.narrow("kind:question")
    review.next_paragraph()
    review.look_for(for_words("threefold"))
    assert (at(review), review.total) == ((6, 12), 4)
    review.next_paragraph()
    review.select_none()
    assert (at(review), review.total) == ((6, 12), 12)
    review.select_none()
    assert (at(review), review.total) == ((5, 10), 13)


def test_another_filter_takes_the_place_of_the_first(review: Review) -> None:
    review.go_to(10)
    review.narrow("kind:question")
    review.narrow("kind:definition")
    review.select_none()
    assert (at(review), review.total) == ((5, 10), 13)


def test_another_order_begins_at_its_first_open_layer(store: Store, review: Review) -> None:
    with store.write():
        store.rows("INSERT INTO finding (version_id, name) VALUES (9, 'a'), (15, 'a'), (16, 'a')")
    review.go_to(2)
    review.narrow("", Arrangement.PROBLEMS)
    assert (at(review), review.total) == ((8, 15), 13)
    review.next_paragraph()
    assert at(review) == (5, 9)


def test_other_windows_are_noticed_in_a_selection(store: Store, review: Review) -> None:
    review.narrow("kind:question")
    with Store.open(store.path) as other:
        other.decide([2], Status.ACCEPTED)
    review.refresh()
    assert review.left == PARAGRAPHS - 1
    assert review.layer is not None
    assert review.layer.status == Status.ACCEPTED


def test_a_search_that_is_ended_finds_nothing_and_one_in_a_thread_as_much(store: Store) -> None:
    ended, other = (Search(store, "threefold kind:question") for _ in range(2))
    ended.end()
    assert ended.find() is None
    with ThreadPoolExecutor(1) as thread:
        found = thread.submit(other.find).result()
    assert found
    here = selection(store, "threefold kind:question")
    assert list(found.layer_ids()) == list(here.layer_ids())
    assert store.decide([next(found.layer_ids())], Status.REJECTED)
    assert found.left() == here.left()
    found.close()


def test_a_search_that_finds_nothing_leaves_the_one_before(review: Review) -> None:
    assert review.look_for("threefold")
    assert not review.look_for("nowhere")
    assert review.search == "threefold"
    assert review.selection
