"""Small questions that lie over the review."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from unpack_tui.screens.page import Dialog


class KeepOrDrop(Dialog[bool | None]):
    """An edit that was not kept: keep it, throw it away, or go on editing (None)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,ctrl+s", "dismiss(True)", "Keep it", id="keep-edit"),
        Binding("n", "dismiss(False)", "Throw it away", id="drop-edit"),
        Binding("escape", "dismiss(None)", "Go on editing", id="go-on-editing"),
    ]

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(Content("The text was changed. Keep the change?"))
            yield Static(Content("y  keep it     n  throw it away     esc  go on editing"), classes="hint")
