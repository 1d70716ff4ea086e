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
from unpack_tui.clipboard import copied
from unpack_tui.command_lines import to_copy
from unpack_tui.keys import HELP
from unpack_tui.paint import sheets as drawn
from unpack_tui.screens.page import Dialog
from unpack_tui.widgets.hints import Hints


class DoneScreen(Dialog[str | None]):
    """Gives back `undo`, `quit`, or None to look around again."""

    MODE = "the end"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,space", "dismiss(None)", "Look again", tooltip="Back to the review.", id="look-again"),
        Binding("y", "copy", "Copy", tooltip="Copy the first of these commands.", id="copy-export"),
        Binding("u,backspace", "dismiss('undo')", "Undo", tooltip="Take back the last step.", id="undo-last"),
        Binding("q", "dismiss('quit')", "Quit", tooltip="Leave.", id="quit-done"),
        HELP,
    ]

    def __init__(self, review: Review) -> None:
        super().__init__()
        self.review = review

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(drawn.done(count_layers(self.review.store), self.review))
            yield Static(id="told")
            yield Hints(self)

    def say(self, message: str) -> None:
        self.query_one("#told", Static).update(paint.message(message))

    def action_copy(self) -> None:
        self.say(copied(self.app, to_copy(self.review)[0].command))
