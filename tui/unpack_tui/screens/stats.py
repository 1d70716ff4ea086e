"""The numbers, over the review."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from unpack_core.stats import collect
from unpack_core.store import Store
from unpack_tui import paint


class StatsScreen(ModalScreen[None]):
    """Progress and acceptance by kind, model and batch."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,s,q,enter", "dismiss(None)", "Back", id="leave-stats")]

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="sheet"):
            yield Static(paint.stats(collect(self.store)))
