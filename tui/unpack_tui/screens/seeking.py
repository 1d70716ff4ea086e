"""What `/`, `F` and another order look for, and what was kept for this session: in a thread, so that a large file holds
up no key, nor the first picture.

What is found at once is shown before the next key is looked at, as if there were no thread. Keys go on meanwhile, but
not before what was kept is there: whoever left in a filter means its layers by all that they press, and no others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from unpack_core.errors import UnpackError
from unpack_core.kept import EVERYTHING
from unpack_core.queue import Arrangement
from unpack_tui import paint

if TYPE_CHECKING:
    from unpack_core.selection import Search, Selection
    from unpack_tui.screens.review import ReviewScreen

_AT_ONCE = 0.15
"""Seconds: so long keys wait for what is looked for."""

Take = Callable[["Selection | None", str], bool]
"""What a review does with what was found; False where that is nothing."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for, what is done with it, and what is said of it on the way and at the end."""

    take: Take
    expression: str
    within: str
    """The expression with the filter that it is looked for in."""
    arrangement: Arrangement = Arrangement.DOCUMENT
    doing: str = ""
    done: str = ""
    none: str = "all stays as it is"


class Seeking:
    """The one search of a review screen that has not come back yet, if any."""

    def __init__(self, screen: ReviewScreen) -> None:
        self.screen = screen
        self._threads = ThreadPoolExecutor(1)
        self._sought: Sought | None = None
        self._search: Search | None = None
        self._coming: Future[Selection | None] | None = None
        self._since = 0.0
        self.ordering: Arrangement | None = None
        """The order that is being made."""
        self.resuming = False
        """Whether it is what was walked through last time."""

    def resume(self) -> None:
        """Look for what was walked through last time; `look` comes with the first picture."""
        review = self.screen.review
        way = review.to_resume
        if way == EVERYTHING or not review.view:
            return
        name = f"Ordering, {paint.ORDERS[way.arrangement]}" if not way.filter else f"Looking for {way.filter}"
        self.resuming = self._begin(
            Sought(review.resume, way.filter, way.filter, way.arrangement, name, none="everything is shown")
        )
        self.screen.waiting = self.resuming

    def arrange(self, order: Arrangement) -> None:
        """Walk through the same in another order."""
        review, name = self.screen.review, paint.ORDERS[order]
        done = f"In {name}." if order == Arrangement.DOCUMENT else f"Now {name}."
        if order == Arrangement.DOCUMENT and not review.filter:  # that is how all of it lies there
            self.end()
            review.narrow("", order)
            self.screen.say(done)
            return
        if self._begin(
            Sought(review.narrow_to, review.filter, review.filter, order, doing=f"Ordering, {name}", done=done)
        ):
            self.ordering = order
            self.look()

    def seek(
        self, take: Take, expression: str, within: str, arrangement: Arrangement = Arrangement.DOCUMENT
    ) -> None:
        """Walk through what is found of an expression; `within` is it with the filter that it is looked for in."""
        if self._begin(Sought(take, expression, within, arrangement)):
            self.look()

    def look(self) -> None:
        """Show what has come; for a moment it is waited for, from where it was begun."""
        sought, search, coming = self._sought, self._search, self._coming
        if not (sought and search and coming):
            return
        try:
            coming.exception(max(0.0, self._since + _AT_ONCE - monotonic()))
        except TimeoutError:
            doing = sought.doing or f"Looking for {sought.expression}"
            self.screen.say(f"{doing} …  {self.screen.key('leave')} ends it.")
            self.screen.run_worker(self._wait(search, coming))
        else:
            self._come(coming)

    def end(self) -> bool:
        """Look no more; False where nothing is looked for."""
        search = self._search
        self._over(come=False)
        if search:
            search.end()
        return bool(search)

    def leave(self) -> None:
        self.end()
        self._threads.shutdown()

    @property
    def under_way(self) -> bool:
        return self._search is not None

    def _begin(self, sought: Sought) -> bool:
        """False where it is an expression that means nothing, or the file is gone."""
        self.end()
        try:
            self._search = self.screen.review.searching(sought.within, sought.arrangement)
        except UnpackError as error:
            self.screen.say(str(error))
            return False
        self._sought, self._since = sought, monotonic()
        self._coming = self._threads.submit(self._search.find)
        return True

    async def _wait(self, search: Search, coming: Future[Selection | None]) -> None:
        """Until it is found, and until the curator is back from what lies over the review."""
        found = await asyncio.wrap_future(coming)
        while search is self._search and not self.screen.in_front:
            await asyncio.sleep(_AT_ONCE)
        if search is self._search:
            self._come(coming)
        elif found:
            found.close()

    def _come(self, coming: Future[Selection | None]) -> None:
        sought, resumed = self._sought, self.resuming
        assert sought
        some = False
        try:
            some = sought.take(coming.result(), sought.expression)
            done = self.screen.half_done() if resumed else sought.done
            said = done if some else f"Nothing matches {sought.expression}: {sought.none}."
        except UnpackError as error:  # found, and not to be remembered: the disk is full
            said = str(error)
        self._over(come=some)
        self.screen.say(said)

    def _over(self, *, come: bool) -> None:
        self._sought = self._search = self._coming = self.ordering = None
        if self.resuming:
            self.resuming = False
            self.screen.go_on(come=come)
