"""The last line of a screen: its keys, or a sentence, which has as many rows as it needs."""

from __future__ import annotations

from textual.content import Content
from textual.events import Resize

from unpack_tui.widgets.pane import Pane

_MOST = 3
_TALL = 12
"""Rows of a window in which a sentence may take more than one of them."""


class Foot(Pane):
    """A pane that grows for a sentence which would be cut."""

    def __init__(self) -> None:
        super().__init__(id="keys", scrolls=False)

    def show(self, content: Content, *, top: int | None = 0, reveal: tuple[int, int] | None = None) -> None:
        super().show(content, top=top, reveal=reveal)
        self._fit()

    def on_resize(self, _: Resize) -> None:
        self._wrap()  # Textual calls the pane's own after this
        self._fit()

    def _fit(self) -> None:
        if self.size.width:
            self.fit(min(self.lines, _MOST) if self.screen.size.height >= _TALL else 1)
