"""Merging two near-duplicates: the copy to keep is edited, with the other in view until nothing of it is missed."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container

from unpack_core.duplicates.desk import Desk
from unpack_core.errors import StaleError
from unpack_core.review import Review
from unpack_tui.keys import HELP_WRITING
from unpack_tui.paint import duplicates as drawn
from unpack_tui.paint.duplicates import Sheet
from unpack_tui.screens.writing import WritingScreen
from unpack_tui.widgets.foot import Foot
from unpack_tui.widgets.pane import Pane


class MergeScreen(WritingScreen):
    """The other text beside a text area with the one that is kept; gives back a message.

    What is typed is stored as a draft of the layer that is kept, as any edit of it is.
    """

    MODE = "merging"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "keep", "Keep", tooltip="Make this the text of the kept copy, reject the other.",
                id="keep-merged"),
        Binding("ctrl+t", "take", "Take the other in", tooltip="Put the other text in where the cursor is.",
                id="take-other"),
        Binding("ctrl+n", "page(1)", "Down", tooltip="Scroll the other text down.", id="other-down", show=False),
        Binding("ctrl+o", "page(-1)", "Up", tooltip="Scroll the other text up.", id="other-up", show=False),
        Binding("escape", "leave", "Leave", tooltip="Leave; asks when something was changed.", id="leave-merge"),
        HELP_WRITING,
    ]  # fmt: skip

    def __init__(self, review: Review, desk: Desk, kept: Sheet, other: Sheet) -> None:
        super().__init__(review, kept.layer)
        self.desk = desk
        self.kept = kept
        self.other = other

    def compose(self) -> ComposeResult:
        yield Pane(id="header", scrolls=False)
        with Container(id="body"):
            with Container(id="other"):
                yield Pane(id="about", scrolls=False)
                yield Pane(id="text")
            with Container(id="aside"):
                yield self.writing
        yield Pane(id="status", scrolls=False)
        yield Foot()

    def show(self) -> None:
        """The other text, with what is not in the one that is being written."""
        super().show()
        width = self.size.width - 2
        self.pane("#header").show(drawn.merge_header(self.review.recipe, self.kept, width))
        about = self.pane("#about")
        about.show(drawn.merge_about(self.other, about.size.width))
        self.pane("#text").show(drawn.copy_text(self.other.version.text, self.writing.text))

    def why_not(self, action: str, parameters: tuple[Any, ...]) -> str:
        if action == "page" and not self.pane("#text").can_scroll(parameters[0]):
            return "that is all of the other text"
        return ""

    def keep(self, text: str) -> None:
        try:
            step = self.desk.merge(text)
        except StaleError as error:
            self.review.refresh()
            self.desk.read_again(self.kept.layer.id)
            self.dismiss(f"{error} Your text is kept as a draft.")
        else:
            if step:
                self.review.count(step)
            self.dismiss(drawn.settled(step, self.key("undo-pair")) if step else "That is so already.")

    def action_take(self) -> None:
        self.writing.insert(self.other.version.text)
        self.writing.count()

    def action_page(self, direction: int) -> None:
        self.pane("#text").page(direction)
        self.show()
