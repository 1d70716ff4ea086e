"""Small questions that lie over the review."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from unpack_tui.keys import HELP
from unpack_tui.screens.page import Dialog
from unpack_tui.widgets.hints import Hints


class KeepOrDrop(Dialog[bool | None]):
    """An edit that was not kept: keep it, throw it away, or go on editing (None)."""

    MODE = "a changed text"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,ctrl+s", "dismiss(True)", "Keep it", tooltip="Keep what was typed.", id="keep-edit"),
        Binding("n", "dismiss(False)", "Throw it away", tooltip="The text stays as it was.", id="drop-edit"),
        Binding("escape", "dismiss(None)", "Go on editing", tooltip="Back to the text.", id="go-on-editing"),
        HELP,
    ]

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(Content("The text was changed. Keep the change?"))
            yield Hints(self)
