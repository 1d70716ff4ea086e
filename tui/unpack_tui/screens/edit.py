"""Editing a layer, its source in view and the words that it quotes lit there."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container

from unpack_core.errors import StaleError
from unpack_core.review import Review
from unpack_tui import paint
from unpack_tui.keys import HELP_WRITING
from unpack_tui.paint import writing as drawn
from unpack_tui.screens.writing import WritingScreen
from unpack_tui.widgets.foot import Foot
from unpack_tui.widgets.pane import Pane


class EditScreen(WritingScreen):
    """The source beside the text."""

    MODE = "editing"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "keep", "Keep", tooltip="Store the text as a new version.", id="keep"),
        Binding("escape", "leave", "Leave", tooltip="Leave; asks when something was changed.", id="leave-edit"),
        HELP_WRITING,
    ]  # fmt: skip

    def __init__(self, review: Review) -> None:
        assert review.layer is not None
        super().__init__(review, review.layer)

    def compose(self) -> ComposeResult:
        yield Pane(id="header", scrolls=False)
        with Container(id="body"):
            yield Pane(id="source")
            with Container(id="aside"):
                yield self.writing
        yield Pane(id="status", scrolls=False)
        yield Foot()

    def show(self) -> None:
        """The source with the quotations of what is being written, that of the item with the cursor in view."""
        super().show()
        items, here = self.writing.items(), self.writing.item_here()
        lit = [place.span for _, place in items if place]
        place = items[here][1] if items else None
        first = place.span if place else min(lit, key=lambda span: span.start, default=None)
        self.pane("#header").show(drawn.edit_header(self.review, self.size.width - 2))
        self.pane("#source").show(paint.source(self.review, lit), reveal=(first.start, first.end) if first else None)

    def keep(self, text: str) -> None:
        try:
            step = self.review.edit(text, self.subject.head.id)
        except StaleError as error:
            self._save_draft()
            self.review.refresh()
            self.dismiss(f"{error} Your text is kept as a draft: {self.key('edit')} opens it.")
        else:
            self.dismiss("Kept as a new version; the old one stays." if step else "Nothing was changed.")
