"""What is to be better this time: one line to the model, the last ones at hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from unpack_core.plain import one_line


class InstructionScreen(ModalScreen[str | None]):
    """Gives back the instruction, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Leave", id="leave-instruction"),
        Binding("up", "recall(1)", "An older one", id="older-instruction"),
        Binding("down", "recall(-1)", "A newer one", id="newer-instruction"),
    ]

    def __init__(self, what: str, last: Sequence[str]) -> None:
        super().__init__()
        self.what = what
        self.last = last
        self.at = -1

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(Content(self.what))
            yield Input(placeholder="shorter; quote the second sentence; …", select_on_focus=False)
            if self.last:
                yield Static(Content("\n".join(one_line(said, 64) for said in self.last[:5])), classes="hint")
            recalled = "↑ ↓  one of the last     " if self.last else ""
            yield Static(Content(f"{recalled}enter  ask the model     esc  leave"), classes="hint")

    def on_mount(self) -> None:
        self.query_one(Input).cursor_blink = False

    def action_recall(self, older: int) -> None:
        self.at = max(-1, min(self.at + older, len(self.last) - 1))
        line = self.query_one(Input)
        line.value = self.last[self.at] if self.at >= 0 else ""
        line.cursor_position = len(line.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip() or None)
