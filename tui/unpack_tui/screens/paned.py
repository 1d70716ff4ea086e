"""Screens of panes: filled before the first picture, so that a screen opens in one and nobody sees it empty."""

from __future__ import annotations

from textual.events import Resize
from textual.geometry import Size
from textual.screen import Screen, ScreenResultType

from unpack_tui.screens import SIZES, breadth
from unpack_tui.screens.mode import Mode
from unpack_tui.widgets.pane import Pane


class Paned(Mode, Screen[ScreenResultType]):
    """A screen whose `show` fills its panes; it is called again when the size changes."""

    HORIZONTAL_BREAKPOINTS = SIZES

    _filled_for = Size()

    def pane(self, name: str) -> Pane:
        """One of its panes, as `#source`."""
        return self.query_one(name, Pane)

    def show(self) -> None:
        """Fill the panes; they know their sizes."""
        raise NotImplementedError

    def fill(self) -> None:
        """Make ready for the first picture."""
        self.show()

    @property
    def filled(self) -> bool:
        """Whether there was a first picture, or is one now."""
        return bool(self._filled_for)

    def on_mount(self) -> None:
        """As wide as it will be: Textual looks at the breakpoints after the first picture."""
        self.add_class(breadth(self.app.size.width))

    def on_resize(self, resized: Resize) -> None:
        if self.filled and self._filled_for != resized.size == self.app.size:
            self._filled_for = resized.size
            self.call_after_refresh(self.show)

    def _compositor_refresh(self) -> None:
        """Textual's painting, which waits until all has its place: a pane within another comes after it."""
        if not self.filled and self.size and self.is_mounted:
            self._filled_for = self.size
            self.fill()
        if self.filled:
            super()._compositor_refresh()
