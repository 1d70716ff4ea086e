"""The order that `o` leads to next is made ahead, and serves as long as nobody has written to the file."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from sqlite3 import ProgrammingError

import pytest

from tests.tui.test_review_screen import WIDE, here, seen
from unpack_core import checks, duplicates, search
from unpack_core.model import Status
from unpack_core.queue import Arrangement
from unpack_core.recipe import built_in
from unpack_core.review import Review
from unpack_core.selection import Selection
from unpack_core.store import Store
from unpack_tui.app import UnpackApp
from unpack_tui.screens.ahead import Ahead
from unpack_tui.screens.review import ReviewScreen


@pytest.fixture
def review(database: Path) -> Iterator[Review]:
    with Store.open(database) as store:
        yield Review(store, built_in())


@pytest.fixture
def ahead(review: Review) -> Iterator[Ahead]:
    with ThreadPoolExecutor(1) as threads:
        yield Ahead(review, threads)


def taken(ahead: Ahead, expression: str, order: Arrangement) -> Selection | None:
    making = ahead.take(expression, order)
    return making.coming.result() if making else None


def test_what_was_made_is_the_order_that_was_asked_for(ahead: Ahead, review: Review) -> None:
    review.edit("(1) The latest.", review.layer.head.id if review.layer else 0)
    ahead.make(Arrangement.NEWEST)
    found = taken(ahead, "", Arrangement.NEWEST)
    assert found
    assert found.first() == 1
    assert found.total() == 4
    assert taken(ahead, "", Arrangement.NEWEST) is None, "it is whose who took it"
    found.close()


def test_it_is_of_the_filter_that_is_walked_through(ahead: Ahead, review: Review) -> None:
    assert review.narrow("lang:ru")
    ahead.make(Arrangement.PROBLEMS)
    found = taken(ahead, "lang:ru", Arrangement.PROBLEMS)
    assert found
    assert found.total() == 1
    found.close()
    ahead.make(Arrangement.PROBLEMS)
    assert taken(ahead, "lang:en", Arrangement.PROBLEMS) is None


def test_it_does_not_serve_in_place_of_another_order(ahead: Ahead) -> None:
    ahead.make(Arrangement.PROBLEMS)
    assert taken(ahead, "", Arrangement.NEWEST) is None


def test_what_was_written_here_since_is_not_passed_over(ahead: Ahead, review: Review) -> None:
    ahead.make(Arrangement.CERTAIN)
    review.decide(Status.ACCEPTED)
    assert taken(ahead, "", Arrangement.CERTAIN) is None


def test_what_was_written_elsewhere_since_is_not_passed_over(ahead: Ahead, database: Path) -> None:
    ahead.make(Arrangement.NEWEST)
    with Store.open(database) as other:
        other.edit(1, "(1) The latest.")
    assert taken(ahead, "", Arrangement.NEWEST) is None


def test_it_is_made_where_the_file_rests(ahead: Ahead, review: Review) -> None:
    ahead.look(Arrangement.CERTAIN)
    review.decide(Status.ACCEPTED)
    ahead.look(Arrangement.CERTAIN)
    assert taken(ahead, "", Arrangement.CERTAIN) is None
    ahead.look(Arrangement.CERTAIN)
    found = taken(ahead, "", Arrangement.CERTAIN)
    assert found
    found.close()


def test_the_order_of_the_document_lies_there_unless_it_is_filtered(ahead: Ahead, review: Review) -> None:
    ahead.make(Arrangement.DOCUMENT)
    assert taken(ahead, "", Arrangement.DOCUMENT) is None
    review.narrow("lang:ru", Arrangement.PROBLEMS)
    ahead.make(Arrangement.DOCUMENT)
    assert taken(ahead, "lang:ru", Arrangement.DOCUMENT)


def test_what_nobody_takes_is_closed(ahead: Ahead) -> None:
    ahead.make(Arrangement.NEWEST)
    made = ahead._made
    assert made
    wait([made[1].coming])
    found = made[1].coming.result()
    assert found
    ahead.end()
    with pytest.raises(ProgrammingError, match="closed"):
        found.last()


async def test_o_shows_what_was_made_ahead(database: Path) -> None:
    with Store.open(database) as store:
        store.edit(1, "(1) The latest.")
        duplicates.catch_up(store)
        while search.catch_up(store) or checks.catch_up(store):  # so that nothing is written behind the keys
            pass
        app = UnpackApp(store)
        async with app.run_test(size=WIDE) as pilot:
            await pilot.press("G", "o", "o")
            await pilot.pause()
            assert isinstance(app.screen, ReviewScreen)
            made = app.screen.seeking._ahead._made
            assert made
            assert made[0].arrangement == Arrangement.NEWEST
            await pilot.press("o")
            assert "newest first" in seen(pilot, "#keys")
            assert here(app) == (1, "definition")
            assert app.review.order is made[1].coming.result()


async def test_a_key_behind_o_means_the_order_of_the_file_as_it_is_now(database: Path) -> None:
    with Store.open(database) as store:
        app = UnpackApp(store)
        async with app.run_test(size=WIDE) as pilot:
            await pilot.press("o", "o")
            await pilot.pause()
            store.edit(5, "(1) The latest.")
            await pilot.press("o", "a")
            assert store.layer(4).status == Status.ACCEPTED
