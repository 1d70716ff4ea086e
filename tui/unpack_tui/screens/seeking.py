"""What `/`, `F` and another order look for, and what was kept for this session: in a thread, so that a large file holds
up no key, nor the first picture.

What is found at once is shown before the next key is looked at, as if there were no thread. Keys go on meanwhile, but
not before what was kept is there: whoever left in a filter means its layers by all that they press, and no others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from unpack_core.errors import UnpackError
from unpack_core.kept import EVERYTHING
from unpack_core.queue import Arrangement
from unpack_tui import paint
from unpack_tui.screens.ahead import Ahead, Making

if TYPE_CHECKING:
    from unpack_core.selection import Selection
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
        self._ahead = Ahead(screen.review, self._threads)
        self._sought: Sought | None = None
        self._making: Making | None = None
        self._since = 0.0
        self.ordering: Arrangement | None = None
        """The order that is being made."""
        self.resuming = False
        """Whether it is what was walked through last time, or named on the command line."""

    def resume(self) -> None:
        """Look for what was walked through last time, or is named; `look` comes with the first picture."""
        review = self.screen.review
        way = review.to_resume
        if way == EVERYTHING or not review.view:
            return
        name = f"Ordering, {paint.ORDERS[way.arrangement]}" if not way.filter else f"Looking for {way.filter}"
        self.resuming = self._begin(
            Sought(review.resume, way.filter, way.filter, way.arrangement, name, none="everything is shown")
        )
        self.screen.waiting = self.resuming

    @property
    def following(self) -> Arrangement:
        """The order that `o` leads to."""
        at = paint.WALKED.index(self.ordering or self.screen.review.arrangement)
        return paint.WALKED[(at + 1) % len(paint.WALKED)]

    def rest(self) -> None:
        """To be called now and then: what can be done before it is asked for."""
        if not self.under_way:
            self._ahead.look(self.following)

    def arrange(self, order: Arrangement) -> None:
        """Walk through the same in another order."""
        review, name = self.screen.review, paint.ORDERS[order]
        done = f"In {name}." if order == Arrangement.DOCUMENT else f"Now {name}."
        if order == Arrangement.DOCUMENT and not review.filter:  # that is how all of it lies there
            self.end()
            review.narrow("", order)
            self.screen.say(done)
            self._prepare()
            return
        if self._begin(
            Sought(review.narrow_to, review.filter, review.filter, order, doing=f"Ordering, {name}", done=done)
        ):
            self.ordering = order
            self.look()

    def seek(self, take: Take, expression: str, within: str, arrangement: Arrangement = Arrangement.DOCUMENT) -> None:
        """Walk through what is found of an expression; `within` is it with the filter that it is looked for in."""
        if self._begin(Sought(take, expression, within, arrangement)):
            self.look()

    def look(self) -> None:
        """Show what has come; for a moment it is waited for, from where it was begun."""
        sought, making = self._sought, self._making
        if not (sought and making):
            return
        try:
            making.coming.exception(max(0.0, self._since + _AT_ONCE - monotonic()))
        except TimeoutError:
            doing = sought.doing or f"Looking for {sought.expression}"
            self.screen.say(f"{doing} …  {self.screen.key('leave')} ends it.")
            self.screen.run_worker(self._wait(making))
        else:
            self._come(making)

    def end(self) -> bool:
        """Look no more; False where nothing is looked for."""
        making = self._making
        self._over(come=False)
        if making:
            making.end()
        return bool(making)

    def leave(self) -> None:
        self.end()
        self._ahead.end()
        self._threads.shutdown()

    @property
    def under_way(self) -> bool:
        return self._making is not None

    def _begin(self, sought: Sought) -> bool:
        """False where it is an expression that means nothing, or the file is gone."""
        self.end()
        try:
            self._making = self._ahead.take(sought.within, sought.arrangement) or self._made_now(sought)
        except UnpackError as error:
            self.screen.say(str(error))
            return False
        self._sought, self._since = sought, monotonic()
        return True

    def _made_now(self, sought: Sought) -> Making:
        search = self.screen.review.searching(sought.within, sought.arrangement)
        return Making(search, self._threads.submit(search.find))

    async def _wait(self, making: Making) -> None:
        """Until it is found, and until the curator is back from what lies over the review."""
        await asyncio.wrap_future(making.coming)
        while making is self._making and not self.screen.in_front:
            await asyncio.sleep(_AT_ONCE)
        if making is self._making:
            self._come(making)

    def _come(self, making: Making) -> None:
        sought, resumed = self._sought, self.resuming
        assert sought
        some = False
        try:
            some = sought.take(making.coming.result(), sought.expression)
            done = self.screen.half_done() if resumed else sought.done
            said = done if some else f"Nothing matches {sought.expression}: {sought.none}."
        except UnpackError as error:  # found, and not to be remembered: the disk is full
            said = str(error)
        ordered = self.ordering is not None
        self._over(come=some)
        if self.screen.review.missed:  # the command line says it
            self.screen.app.exit()
            return
        self.screen.say(said)
        if ordered:
            self._prepare()

    def _prepare(self) -> None:
        """Whoever has looked at one order may well go on to the next."""
        self.screen.call_after_refresh(self._ahead.make, self.following)

    def _over(self, *, come: bool) -> None:
        self._sought = self._making = self.ordering = None
        if self.resuming:
            self.resuming = False
            self.screen.go_on(come=come)
