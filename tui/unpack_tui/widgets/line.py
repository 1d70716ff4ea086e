"""A line to write in."""

from __future__ import annotations

import re

from rich.highlighter import Highlighter
from textual.events import Paste
from textual.suggester import Suggester
from textual.widgets import Input

from unpack_core.clean import clean


class Line(Input):
    """Textual's own, silent while nothing is typed; what is pasted comes whole, its lines as one, without controls."""

    def __init__(
        self, typed: str = "", *, placeholder: str = "", suggester: Suggester | None = None,
        highlighter: Highlighter | None = None,
    ) -> None:  # fmt: skip
        super().__init__(
            typed, placeholder=placeholder, suggester=suggester, highlighter=highlighter, select_on_focus=False
        )
        self.cursor_blink = False  # a blinking cursor is bytes on an idle line

    def on_paste(self, event: Paste) -> None:
        """Textual would take the first line alone: of words that a terminal had wrapped, half."""
        event.prevent_default()
        event.stop()
        self.replace(re.sub(r"\s+", " ", clean(event.text.strip("\r\n"))[0]), *self.selection)
