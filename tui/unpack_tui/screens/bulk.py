"""Something done to all that the filter finds: how many and a sample first, then one step of the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from unpack_core.review import Review
from unpack_tui import paint
from unpack_tui.screens.page import Dialog
from unpack_tui.screens.tags import LastWord

_SAMPLE = 6


class BulkScreen(Dialog[bool]):
    """Asks; gives back whether to do it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "Do it", id="do-bulk"),
        Binding("n,escape", "dismiss(False)", "Leave", id="leave-bulk"),
    ]

    def __init__(self, review: Review, verb: str, how: str = "as one step that u takes back") -> None:
        super().__init__()
        self.how = how
        self.review = review
        self.verb = verb

    def compose(self) -> ComposeResult:
        selection = self.review.selection
        assert selection is not None
        sample = [self.review.store.layer(layer_id) for layer_id in selection.sample(_SAMPLE)]
        with Vertical(classes="box"):
            yield Static(paint.bulk(self.review, self.verb, selection.size, sample))
            yield Static(Content(f"y  do it, {self.how}     n  leave"), classes="hint")


class BulkTagsScreen(Dialog[tuple[list[str], list[str]] | None]):
    """Asks for tags to add and, with a minus, to take away; gives back both lists, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Leave", id="leave-bulk-tags")]

    def __init__(self, known: Sequence[str]) -> None:
        super().__init__()
        self.known = list(known)

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(Content("Tags for every layer in the filter; -word takes a tag away"))
            yield Input(suggester=LastWord([*self.known, *(f"-{tag}" for tag in self.known)]), select_on_focus=False)
            yield Static(Content("→ takes the completion     enter  go on     esc  leave"), classes="hint")

    def on_mount(self) -> None:
        self.query_one(Input).cursor_blink = False

    def on_input_submitted(self, event: Input.Submitted) -> None:
        words = event.value.split()
        add = [word for word in words if not word.startswith("-")]
        remove = [word[1:] for word in words if word.startswith("-") and len(word) > 1]
        self.dismiss((add, remove) if add or remove else None)
