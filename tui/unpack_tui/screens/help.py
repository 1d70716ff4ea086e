"""All keys, from their declarations."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from unpack_tui import paint
from unpack_tui.keys import in_force, sheet
from unpack_tui.screens.page import Dialog


class HelpScreen(Dialog[None]):
    """The keys of the screen below."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "dismiss(None)", "Back", id="leave-help")
    ]

    def __init__(self, below: Screen[Any]) -> None:
        super().__init__()
        self.below = below

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="sheet"):
            yield Static(paint.help_sheet(sheet(in_force(self.below))))
