"""What `/`, `F` and another order look for: in a thread, so that a large file holds up no key.

What is found at once is shown before the next key is looked at, as if there were no thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from unpack_core.errors import UnpackError
from unpack_core.queue import Arrangement
from unpack_tui import paint

if TYPE_CHECKING:
    from unpack_core.selection import Search, Selection
    from unpack_tui.screens.review import ReviewScreen

_AT_ONCE = 0.15
"""Seconds: so long keys wait for what is looked for."""

Take = Callable[["Selection | None", str], bool]
"""What a review does with what was found; False where that is nothing."""


class Seeking:
    """The one search of a review screen that has not come back yet, if any."""

    def __init__(self, screen: ReviewScreen) -> None:
        self.screen = screen
        self._threads = ThreadPoolExecutor(1)
        self._search: Search | None = None
        self.ordering: Arrangement | None = None
        """The order that is being made."""

    def arrange(self, order: Arrangement) -> None:
        """Walk through the same in another order."""
        review, name = self.screen.review, paint.ORDERS[order]
        done = f"In {name}." if order == Arrangement.DOCUMENT else f"Now {name}."
        if order == Arrangement.DOCUMENT and not review.filter:  # that is how all of it lies there
            self.end()
            review.narrow("", order)
            self.screen.say(done)
            return
        self.seek(review.narrow_to, review.filter, review.filter, order, doing=f"Ordering, {name}", done=done)
        self.ordering = order if self._search else None

    def seek(
        self, take: Take, expression: str, within: str, arrangement: Arrangement = Arrangement.DOCUMENT,
        *, doing: str = "", done: str = "",
    ) -> None:  # fmt: skip
        """Walk through what is found of an expression; `within` is it with the filter that it is looked for in.

        `doing` and `done` are said of it on the way and at the end, where that is not that it is looked for.
        """
        self.end()
        try:
            search = self._search = self.screen.review.searching(within, arrangement)
        except UnpackError as error:  # an expression that means nothing, a file that is gone
            self.screen.say(str(error))
            return
        coming = self._threads.submit(search.find)
        come = partial(self._come, coming, take, expression, done)
        try:
            coming.exception(_AT_ONCE)
        except TimeoutError:
            self.screen.say(f"{doing or f'Looking for {expression}'} …  {self.screen.key('leave')} ends it.")
            self.screen.run_worker(self._wait(search, coming, come))
        else:
            come()

    def end(self) -> bool:
        """Look no more; False where nothing is looked for."""
        search, self._search, self.ordering = self._search, None, None
        if search:
            search.end()
        return bool(search)

    def leave(self) -> None:
        self.end()
        self._threads.shutdown()

    @property
    def under_way(self) -> bool:
        return self._search is not None

    async def _wait(self, search: Search, coming: Future[Selection | None], come: Callable[[], None]) -> None:
        """Until it is found, and until the curator is back from what lies over the review."""
        found = await asyncio.wrap_future(coming)
        while search is self._search and not self.screen.is_current:
            await asyncio.sleep(_AT_ONCE)
        if search is self._search:
            come()
        elif found:
            found.close()

    def _come(self, coming: Future[Selection | None], take: Take, expression: str, done: str) -> None:
        self._search = self.ordering = None
        try:
            some = take(coming.result(), expression)
            self.screen.say(done if some else f"Nothing matches {expression}: all stays as it is.")
        except UnpackError as error:  # found, and not to be remembered: the disk is full
            self.screen.say(str(error))
