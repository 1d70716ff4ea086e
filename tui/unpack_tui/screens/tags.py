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
from unpack_tui.keys import HELP_WRITING
from unpack_tui.paint import sheets as drawn
from unpack_tui.screens.page import Dialog
from unpack_tui.widgets.hints import Hints
from unpack_tui.widgets.line import Line


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

    MODE = "tags"
    FIELD = Input

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "keep", "Keep", tooltip="These tags, and no others.", id="keep-tags"),
        Binding("escape", "dismiss('')", "Leave", tooltip="Leave the tags as they are.", id="leave-tags"),
        HELP_WRITING,
    ]

    def __init__(self, review: Review) -> None:
        super().__init__()
        self.review = review

    def compose(self) -> ComposeResult:
        known = self.review.store.tags()
        tags = self.review.layer.tags if self.review.layer else ()
        with Vertical(classes="box"):
            yield Static(Content("Tags of this layer, words with spaces between"))
            yield Line(" ".join(tags) + (" " if tags else ""), suggester=LastWord(known))
            told = Static(drawn.in_use(known, self.room(4) * self.columns), id="told", classes="hint")
            told.display = bool(known)
            yield told
            yield Hints(self, "→ takes the completion")

    def action_keep(self) -> None:
        try:
            self.review.set_tags(self.query_one(Input).value.split())
        except StoreError as error:
            told = self.query_one("#told", Static)
            told.update(Content(str(error)))
            told.display = True
            return
        self.dismiss("")
