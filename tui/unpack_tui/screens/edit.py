"""Editing a layer: what is typed is stored as a draft at every change, so that nothing ends it but the curator."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widgets import TextArea

from unpack_core.errors import StaleError, StoreError
from unpack_core.review import Review
from unpack_tui import paint
from unpack_tui.keys import HELP_WRITING, in_force
from unpack_tui.screens import SIZES
from unpack_tui.screens.dialogs import KeepOrDrop
from unpack_tui.screens.page import Page
from unpack_tui.widgets.pane import Pane


class EditScreen(Page[str]):
    """The source beside a text area; gives back a message for the status line."""

    MODE = "editing"
    FIELD = TextArea
    HORIZONTAL_BREAKPOINTS = SIZES

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "keep", "Keep", tooltip="Store the text as a new version.", id="keep", priority=True),
        Binding(
            "escape", "leave", "Leave", tooltip="Leave; asks when something was changed.", id="leave", priority=True
        ),
        HELP_WRITING,
    ]

    def __init__(self, review: Review) -> None:
        super().__init__()
        layer = review.layer
        assert layer is not None
        self.review = review
        self.subject = layer
        self.draft = review.store.draft(layer.id)
        self._told = ""
        if self.draft:
            changed = "; the layer was changed meanwhile" if self.draft.version_id != layer.head.id else ""
            self._told = f"Your half-typed edit is back{changed}."

    def compose(self) -> ComposeResult:
        yield Pane(id="header", scrolls=False)
        with Container(id="body"):
            yield Pane(id="source")
            with Container(id="aside"):
                yield TextArea(
                    self.draft.text if self.draft else self.subject.head.text,
                    id="writing",
                    soft_wrap=True,
                    show_line_numbers=False,
                    highlight_cursor_line=False,
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
        """The source with the quotations of what is being written."""
        text = self.query_one(TextArea).text
        lit = paint.quotations(self.review, text)
        self.query_one("#header", Pane).show(paint.edit_header(self.review, self.size.width - 2))
        self.query_one("#source", Pane).show(
            paint.source(self.review, lit), reveal=(lit[0].start, lit[0].end) if lit else None
        )
        self.query_one("#keys", Pane).show(paint.edit_keys(in_force(self, hinted=True), self._told))

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        try:
            self._save_draft(event.text_area.text)
        except StoreError as error:  # a disk that is full, another that writes: the text stays here
            self._told = str(error)
        self.show()

    def _save_draft(self, text: str) -> None:
        head = self.subject.head
        if text == head.text:
            self.review.store.drop_draft(self.subject.id)
        else:
            self.review.store.save_draft(self.subject.id, head.id, text)

    def action_keep(self) -> None:
        text = self.query_one(TextArea).text
        try:
            step = self.review.edit(text, self.subject.head.id)
        except StaleError as error:
            self._save_draft(text)
            self.review.refresh()
            self.dismiss(f"{error} Your text is kept as a draft: e opens it.")
            return
        self.dismiss("Kept as a new version; the old one stays." if step else "Nothing was changed.")

    def action_leave(self) -> None:
        if self.query_one(TextArea).text == self.subject.head.text:
            self._drop()
        else:
            self.app.push_screen(KeepOrDrop(), self._answered)

    def _answered(self, keep: bool | None) -> None:
        if keep:
            self.action_keep()
        elif keep is False:
            self._drop()

    def _drop(self) -> None:
        self.review.store.drop_draft(self.subject.id)
        self.dismiss("")
