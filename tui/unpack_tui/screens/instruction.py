"""What is to be better this time: one line to the model, the last ones at hand; for a layer or all in the filter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from unpack_core.plain import one_line
from unpack_tui.screens.page import Dialog


@dataclass(frozen=True, slots=True)
class Said:
    """An instruction."""

    text: str
    for_all: bool


class InstructionScreen(Dialog[Said | None]):
    """Gives back the instruction, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Leave", id="leave-instruction"),
        Binding("up", "recall(1)", "An older one", id="older-instruction"),
        Binding("down", "recall(-1)", "A newer one", id="newer-instruction"),
        Binding("tab", "widen", "All in the filter", id="widen-instruction", priority=True),
    ]

    def __init__(self, what: str, last: Sequence[str], *, every: int = 0, for_all: bool = False) -> None:
        """`what` names the layer; `every` is how many layers the filter finds, 0 where there is no filter."""
        super().__init__()
        self.what = what
        self.last = last
        self.every = every
        self.for_all = for_all
        self.at = -1

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(id="what")
            yield Input(placeholder="shorter; quote the second sentence; …", select_on_focus=False)
            if self.last:
                yield Static(Content("\n".join(one_line(said, 64) for said in self.last[:5])), classes="hint")
            recalled = "↑ ↓  one of the last     " if self.last else ""
            widened = "tab  this layer or all     " if self.every else ""
            yield Static(Content(f"{recalled}{widened}enter  ask the model     esc  leave"), classes="hint")

    def on_mount(self) -> None:
        self.query_one(Input).cursor_blink = False
        self._ask()

    def _ask(self) -> None:
        whom = f"in all {self.every:,} layers of the filter" if self.for_all else f"in this layer ({self.what})"
        self.query_one("#what", Static).update(Content(f"What should be better {whom}?"))

    def action_widen(self) -> None:
        if self.every:
            self.for_all = not self.for_all
            self._ask()

    def action_recall(self, older: int) -> None:
        self.at = max(-1, min(self.at + older, len(self.last) - 1))
        line = self.query_one(Input)
        line.value = self.last[self.at] if self.at >= 0 else ""
        line.cursor_position = len(line.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        text = event.value.strip()
        self.dismiss(Said(text, self.for_all) if text else None)
