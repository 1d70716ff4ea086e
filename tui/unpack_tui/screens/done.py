"""The end of the queue: what was done, and what to do with it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from unpack_core.review import Review
from unpack_core.stats import count_layers
from unpack_tui import paint
from unpack_tui.screens.page import Dialog


class DoneScreen(Dialog[str | None]):
    """Gives back `undo`, `quit`, or None to look around again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u,backspace", "dismiss('undo')", "Undo", id="undo-last"),
        Binding("q", "dismiss('quit')", "Quit", id="quit-done"),
        Binding("escape,enter,space", "dismiss(None)", "Look again", id="look-again"),
    ]

    def __init__(self, review: Review) -> None:
        super().__init__()
        self.review = review

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(paint.done(count_layers(self.review.store), self.review))
