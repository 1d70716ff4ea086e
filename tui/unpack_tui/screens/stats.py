"""The numbers: counted beside the keys, so that a million layers keep nobody waiting, and shown as a page to scroll."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from unpack_core.errors import UnpackError
from unpack_core.review import Review
from unpack_core.stats import Stats
from unpack_core.stats.beside import Counting
from unpack_tui import paint
from unpack_tui.clipboard import copied
from unpack_tui.command_lines import command_line
from unpack_tui.keys import HELP
from unpack_tui.paint import stats as drawn
from unpack_tui.screens.page import Spread
from unpack_tui.widgets.foot import Foot
from unpack_tui.widgets.pane import Pane


class StatsScreen(Spread[None]):
    """Of what the review's filter finds, or of everything."""

    MODE = "stats"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "scroll(1)", "Down", tooltip="A line down.", id="stats-down"),
        Binding("k,up", "scroll(-1)", "Up", tooltip="A line up.", id="stats-up"),
        Binding("space,pagedown", "page(1)", "Page", tooltip="A page down.", id="stats-page-down"),
        Binding("b,pageup", "page(-1)", "Page up", tooltip="A page up.", id="stats-page-up", show=False),
        Binding("g,home", "page(-1000)", "First", tooltip="To the top.", id="stats-first", show=False),
        Binding("G,end", "page(1000)", "Last", tooltip="To the end.", id="stats-last", show=False),
        Binding("F", "everything", "All or filter", tooltip="Everything, or what the filter finds.", id="stats-filter"),
        Binding("y", "copy", "Copy", tooltip="Copy the command that prints these.", id="copy-stats", show=False),
        Binding("escape,s,q,enter", "dismiss(None)", "Back", tooltip="Back to the review.", id="leave-stats"),
        HELP,
    ]

    def __init__(self, review: Review) -> None:
        super().__init__()
        self.review = review
        self.where = review.filter
        self.numbers: Stats | None = None
        self._counting: Counting | None = None

    def compose(self) -> ComposeResult:
        yield Pane(id="header", scrolls=False)
        yield Pane(id="numbers")
        yield Foot()

    def on_mount(self) -> None:
        self._count()

    def on_unmount(self) -> None:
        self._stop()

    def why_not(self, action: str, parameters: tuple[Any, ...]) -> str:
        if action == "everything" and not self.review.filter:
            return "no filter is set in the review"
        if action in ("scroll", "page") and not self.pane("#numbers").can_scroll(parameters[0]):
            return "that is all"
        return ""

    def _count(self) -> None:
        self._stop()
        self._counting = Counting(self.review.store, self.where)
        self._run(self._counting)

    def _stop(self) -> None:
        if self._counting:
            self._counting.stop()

    @work
    async def _run(self, counting: Counting) -> None:
        try:
            numbers = await asyncio.to_thread(counting.run)  # a thread of Textual's would hold on to this screen
        except UnpackError as error:
            self._failed(str(error))
        else:
            if numbers:
                self._counted(counting, numbers)

    def _counted(self, counting: Counting, numbers: Stats) -> None:
        if counting is self._counting and self._open:
            self.numbers = numbers
            self.show()

    def _failed(self, sentence: str) -> None:
        if self._open:
            self.pane("#numbers").show(paint.wrong(sentence))

    @property
    def _open(self) -> bool:
        """Whether it has its panes: when it is left, they go before it does."""
        return self.is_attached and self in self.app.screen_stack

    def show(self) -> None:
        width = self.size.width - 2
        page = self.pane("#numbers")
        self.pane("#header").show(drawn.stats_header(self.numbers, self.where, self.review, width))
        if self.numbers:
            page.show(drawn.stats(self.numbers, self.review, page.size.width))
        self.show_keys()

    def action_scroll(self, lines: int) -> None:
        self.pane("#numbers").scroll_lines(lines)

    def action_page(self, pages: int) -> None:
        self.pane("#numbers").page(pages)

    def action_everything(self) -> None:
        self.where = "" if self.where else self.review.filter
        self.numbers = None
        self._count()
        self.show()

    def action_copy(self) -> None:
        self.say(copied(self.app, command_line(self.review, "stats", self.where)))
