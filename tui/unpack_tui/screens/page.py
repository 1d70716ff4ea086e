"""What all screens that lie over the review have in common: each is left once."""

from __future__ import annotations

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, Screen, ScreenResultType

from unpack_tui import paint
from unpack_tui.keys import in_force
from unpack_tui.memory import forget
from unpack_tui.screens import HEIGHTS
from unpack_tui.screens.mode import Mode
from unpack_tui.screens.paned import Paned

_FRAMED, _BARE = 15, 7
"""Rows of a dialog beside a list in it, with its frame and without."""
_WIDE = 60


class Page(Mode, Screen[ScreenResultType]):
    """A screen that gives something back when it is left."""

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Leave it, unless it is left: the second of two keys in one breath would else take away what lies under it."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def on_unmount(self) -> None:
        """Give the memory back."""
        forget()


class Dialog(ModalScreen[ScreenResultType], Page[ScreenResultType]):
    """The same as a box, with what is asked about in view behind it."""

    VERTICAL_BREAKPOINTS = HEIGHTS

    @property
    def columns(self) -> int:
        """How wide a text in it may be, about."""
        return min(_WIDE, self.app.size.width - 8)

    def room(self, most: int) -> int:
        """So many rows of a list, or as many as leave room for what must be seen with it: the question and the keys."""
        rows = self.app.size.height
        return max(1, min(most, rows - (_FRAMED if rows >= HEIGHTS[1][0] else _BARE)))

    # Textual styles a screen by its first base: the other way round it would be no modal one to the style sheet.


class Spread(Paned[ScreenResultType], Page[ScreenResultType]):
    """The same of panes, over the whole screen; what is said stands in place of its keys until the next one."""

    said = ""

    def say(self, message: str) -> None:
        self.said = message
        self.show_keys()

    def hush(self) -> None:
        if self.said:
            self.say("")

    def show_keys(self) -> None:
        """The last line: what is said, or the keys."""
        hints = paint.hints(in_force(self, hinted=True), self.size.width - 2)
        self.pane("#keys").show(paint.message(self.said) if self.said else hints)
