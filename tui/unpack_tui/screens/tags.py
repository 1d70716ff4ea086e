"""Tags of a layer: a line of words, completed from the tags there are."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.suggester import Suggester
from textual.widgets import Input, Static

from unpack_core.errors import StoreError
from unpack_core.review import Review
from unpack_tui.screens.page import Dialog


class LastWord(Suggester):
    """Completes the last word of a line from a list."""

    def __init__(self, words: list[str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self.words = words

    async def get_suggestion(self, value: str) -> str | None:
        last = value.rpartition(" ")[2]
        found = next((word for word in self.words if last and word.startswith(last) and word != last), None)
        return value + found[len(last) :] if found else None


class TagsScreen(Dialog[str]):
    """Gives back a message for the status line."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss('')", "Leave", id="leave-tags")]

    def __init__(self, review: Review) -> None:
        super().__init__()
        self.review = review

    def compose(self) -> ComposeResult:
        known = self.review.store.tags()
        tags = self.review.layer.tags if self.review.layer else ()
        with Vertical(classes="box"):
            yield Static(Content("Tags of this layer, words with spaces between"))
            yield Input(" ".join(tags) + (" " if tags else ""), suggester=LastWord(known), select_on_focus=False)
            yield Static(Content(_hint(known)), id="hint", classes="hint")

    def on_mount(self) -> None:
        self.query_one(Input).cursor_blink = False

    def on_input_submitted(self, event: Input.Submitted) -> None:
        try:
            self.review.set_tags(event.value.split())
        except StoreError as error:
            self.query_one("#hint", Static).update(Content(str(error)))
            return
        self.dismiss("")


def _hint(known: list[str]) -> str:
    there = "In use: " + " ".join(known) + "\n" if known else ""
    return f"{there}→ takes the completion     enter  keep     esc  leave"
