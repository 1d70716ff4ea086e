"""Merging two near-duplicates: the copy to keep is edited, with the other in view until nothing of it is missed."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widgets import TextArea

from unpack_core.duplicates.desk import Desk
from unpack_core.errors import StaleError
from unpack_core.review import Review
from unpack_tui import paint
from unpack_tui.keys import HELP_WRITING, in_force
from unpack_tui.paint import duplicates as drawn
from unpack_tui.paint.duplicates import Sheet
from unpack_tui.screens import SIZES
from unpack_tui.screens.dialogs import KeepOrDrop
from unpack_tui.screens.page import Page
from unpack_tui.widgets.pane import Pane


class MergeScreen(Page[str]):
    """The other text beside a text area with the one that is kept; gives back a message.

    What is typed is stored as a draft of the layer that is kept, as any edit of it is.
    """

    MODE = "merging"
    FIELD = TextArea
    HORIZONTAL_BREAKPOINTS = SIZES

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "keep", "Keep", tooltip="Make this the text of the kept copy, reject the other.",
                id="keep-merged", priority=True),
        Binding("ctrl+t", "take", "Take the other in", tooltip="Put the other text in where the cursor is.",
                id="take-other", priority=True),
        Binding("ctrl+n", "page(1)", "Down", tooltip="Scroll the other text down.", id="other-down",
                priority=True, show=False),
        Binding("ctrl+o", "page(-1)", "Up", tooltip="Scroll the other text up.", id="other-up",
                priority=True, show=False),
        Binding("escape", "leave", "Leave", tooltip="Leave; asks when something was changed.", id="leave-merge",
                priority=True),
        HELP_WRITING,
    ]  # fmt: skip

    def __init__(self, review: Review, desk: Desk, kept: Sheet, other: Sheet) -> None:
        super().__init__()
        self.review = review
        self.desk = desk
        self.kept = kept
        self.other = other
        draft = review.store.draft(kept.layer.id)
        self._begun = draft.text if draft else kept.version.text
        self._told = "Your half-typed edit is back." if draft else ""

    def compose(self) -> ComposeResult:
        yield Pane(id="header", scrolls=False)
        with Container(id="body"):
            with Container(id="other"):
                yield Pane(id="about", scrolls=False)
                yield Pane(id="text")
            with Container(id="aside"):
                yield TextArea(
                    self._begun, id="writing", soft_wrap=True, show_line_numbers=False, highlight_cursor_line=False
                )
        yield Pane(id="keys", scrolls=False)

    def on_mount(self) -> None:
        writing = self.query_one(TextArea)
        writing.cursor_blink = False  # a blinking cursor is bytes on an idle line
        writing.move_cursor(writing.document.end)
        writing.focus()
        self.call_after_refresh(self.show)

    def on_resize(self) -> None:
        self.call_after_refresh(self.show)

    def show(self) -> None:
        """The other text, with what is not in the one that is being written."""
        width = self.size.width - 2
        self.query_one("#header", Pane).show(drawn.merge_header(self.review.recipe, self.kept, width))
        about = self.query_one("#about", Pane)
        about.show(drawn.merge_about(self.other, about.size.width))
        self.query_one("#text", Pane).show(drawn.copy_text(self.other.version.text, self.query_one(TextArea).text))
        hints = paint.hints(in_force(self, hinted=True), width)
        self.query_one("#keys", Pane).show(paint.message(self._told) if self._told else hints)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        if event.text_area.text != self._begun:
            self._told = ""
        self._save_draft(event.text_area.text)
        self.show()

    def _save_draft(self, text: str) -> None:
        head = self.kept.version
        if text == head.text:
            self.review.store.drop_draft(self.kept.layer.id)
        else:
            self.review.store.save_draft(self.kept.layer.id, head.id, text)

    def action_keep(self) -> None:
        try:
            step = self.desk.merge(self.query_one(TextArea).text)
        except StaleError as error:
            self.review.refresh()
            self.desk.read_again(self.kept.layer.id)
            self.dismiss(f"{error} Your text is kept as a draft.")
        else:
            self.dismiss(drawn.settled(step) if step else "That is so already.")

    def action_take(self) -> None:
        self.query_one(TextArea).insert(self.other.version.text)

    def action_page(self, direction: int) -> None:
        self.query_one("#text", Pane).page(direction)

    def action_leave(self) -> None:
        if self.query_one(TextArea).text == self.kept.version.text:
            self._drop()
        else:
            self.app.push_screen(KeepOrDrop(), self._answered)

    def _answered(self, keep: bool | None) -> None:
        if keep:
            self.action_keep()
        elif keep is False:
            self._drop()

    def _drop(self) -> None:
        self.review.store.drop_draft(self.kept.layer.id)
        self.dismiss("")
