"""What is to be better this time: one line to the model, the last ones at hand; for a layer or all in the filter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from unpack_core.plain import one_line
from unpack_tui.keys import HELP_WRITING
from unpack_tui.screens.page import Dialog
from unpack_tui.widgets.hints import Hints
from unpack_tui.widgets.line import Line


@dataclass(frozen=True, slots=True)
class Said:
    """An instruction."""

    text: str
    for_all: bool


class InstructionScreen(Dialog[Said | None]):
    """Gives back the instruction, or None."""

    MODE = "the instruction"
    FIELD = Input

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "ask", "Ask", tooltip="Ask the model with this.", id="ask-with"),
        Binding("up", "recall(1)", "Older", tooltip="What you said before.", id="older-instruction"),
        Binding("down", "recall(-1)", "Newer", tooltip="What you said after that.", id="newer-instruction", show=False),
        Binding("tab", "widen", "This or all", tooltip="For this layer, or for all in the filter.",
                id="widen-instruction"),
        Binding("escape", "dismiss(None)", "Leave", tooltip="Leave all as it is.", id="leave-instruction"),
        HELP_WRITING,
    ]  # fmt: skip

    def __init__(self, what: str, last: Sequence[str], *, every: int = 0, for_all: bool = False) -> None:
        """`what` names the layer; `every` is how many layers the filter finds, 0 where there is no filter."""
        super().__init__()
        self.what = what
        self.last = last
        self.every = every
        self.for_all = for_all
        self.at = -1
        self.typed = ""
        """What stood in the line before the last ones were looked at."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(id="what")
            yield Line(placeholder="shorter; quote the second sentence; …")
            if self.last:
                yield Static(Content("\n".join(one_line(said, 64) for said in self.last[:5])), classes="hint")
            yield Static(id="told")
            yield Hints(self)

    def on_mount(self) -> None:
        self._ask()

    def _ask(self) -> None:
        found = "the one layer" if self.every == 1 else f"all {self.every:,} layers"
        whom = f"in {found} of the filter" if self.for_all else f"in this layer ({self.what})"
        self.query_one("#what", Static).update(Content(f"What should be better {whom}?"))

    def why_not(self, action: str, parameters: tuple[Any, ...]) -> str:
        if action == "widen" and not self.every:
            return "no filter is set in the review"
        if action == "ask" and not self.query_one(Input).value.strip():
            return "nothing is typed"
        if action == "recall" and not -1 <= self.at + parameters[0] < len(self.last):
            return "that is all you said"
        return ""

    def say(self, message: str) -> None:
        self.query_one("#told", Static).update(Content(message))

    def action_widen(self) -> None:
        self.for_all = not self.for_all
        self._ask()

    def action_recall(self, older: int) -> None:
        line = self.query_one(Input)
        if self.at < 0:
            self.typed = line.value
        self.at += older
        line.value = self.last[self.at] if self.at >= 0 else self.typed
        line.cursor_position = len(line.value)

    def on_input_changed(self) -> None:
        self.query_one(Hints).refresh()

    def action_ask(self) -> None:
        self.dismiss(Said(self.query_one(Input).value.strip(), self.for_all))
