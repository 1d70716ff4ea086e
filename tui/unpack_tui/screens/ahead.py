"""The order that `o` leads to next, made before it is asked for: a large file is put in order in a tenth of a second.

It is made behind each order that is shown, and again when the file rests that was written to meanwhile. What is made
serves as long as nothing at all was written since: it is what a search that began now would find.
"""

from __future__ import annotations

from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from unpack_core.errors import UnpackError
from unpack_core.queue import Arrangement

if TYPE_CHECKING:
    from unpack_core.review import Review
    from unpack_core.selection import Search, Selection

_RESTS = 9
"""Times as long as it was made it rests before it is made again: a tenth of one processor is spent on it at most."""


@dataclass(frozen=True, slots=True)
class _Order:
    """What is put in order, how, and what the file was like."""

    expression: str
    arrangement: Arrangement
    written: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Making:
    """What finds something, and what it will have found."""

    search: Search
    coming: Future[Selection | None]

    def end(self) -> None:
        """Give back its memory, also where it is found in this very moment."""
        self.search.end()
        self.coming.add_done_callback(_closed)


class Ahead:
    """The one order of a review that is made ahead, if any."""

    def __init__(self, review: Review, threads: Executor) -> None:
        self.review = review
        self._threads = threads
        self._made: tuple[_Order, Making] | None = None
        self._written = (0, 0)
        self._again = 0.0

    def look(self, following: Arrangement) -> None:
        """To be asked now and then: make it where the file has rested since the last look."""
        before, self._written = self._written, self.review.store.written()
        if self._written == before and monotonic() >= self._again:
            self.make(following)

    def make(self, following: Arrangement) -> None:
        """Make this order of what is walked through, unless it is made or lies there anyway."""
        order = self._order(self.review.filter, following)
        if (self._made and self._made[0] == order) or (not order.expression and following == Arrangement.DOCUMENT):
            return
        self.end()
        with suppress(UnpackError):  # whoever asks for it is told
            search = self.review.searching(order.expression, following)
            self._made = order, Making(search, self._threads.submit(self._find, search))

    def take(self, expression: str, arrangement: Arrangement) -> Making | None:
        """What was made, if it is this: from now on the caller's. Nothing else goes on being made."""
        made, order = self._made, self._order(expression, arrangement)
        if made and made[0] == order and not (made[1].coming.done() and made[1].coming.exception()):
            self._made = None
            return made[1]
        self.end()
        return None

    def end(self) -> None:
        if self._made:
            self._made[1].end()
            self._made = None

    def _order(self, expression: str, arrangement: Arrangement) -> _Order:
        return _Order(expression, arrangement, self.review.store.written())

    def _find(self, search: Search) -> Selection | None:
        began = monotonic()
        found = search.find()
        self._again = monotonic() + _RESTS * (monotonic() - began)
        return found


def _closed(coming: Future[Selection | None]) -> None:
    if not coming.exception() and (found := coming.result()):
        found.close()
