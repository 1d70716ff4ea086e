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
from unpack_tui.keys import HELP, HELP_WRITING
from unpack_tui.paint import sheets as drawn
from unpack_tui.screens.page import Dialog
from unpack_tui.screens.tags import LastWord
from unpack_tui.widgets.hints import Hints
from unpack_tui.widgets.line import Line

_SAMPLE = 6


class BulkScreen(Dialog[bool]):
    """Asks; gives back whether to do it."""

    MODE = "a bulk step"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "Do it", tooltip="Do it to all of them, in one step.", id="do-bulk"),
        Binding("n,escape", "dismiss(False)", "Leave", tooltip="Leave all as it is.", id="leave-bulk"),
        HELP,
    ]

    def __init__(self, review: Review, verb: str, how: str = "", price: str = "") -> None:
        """`how` it is done, where that is not as one step at once."""
        super().__init__()
        self.price = price
        self.how = how
        self.review = review
        self.verb = verb

    def compose(self) -> ComposeResult:
        selection = self.review.selection
        assert selection is not None
        sample = [self.review.store.layer(layer_id) for layer_id in selection.sample(self.room(_SAMPLE))]
        with Vertical(classes="box"):
            yield Static(drawn.bulk(self.review, self.verb, selection.size, self.price))
            yield Static(drawn.some_of(self.review, selection.size, sample), id="sample", classes="cut")
            yield Static(Content(self.how or f"as one step that {self.key('undo')} takes back"), classes="hint")
            yield Hints(self)


class BulkTagsScreen(Dialog[tuple[list[str], list[str]] | None]):
    """Asks for tags to add and, with a minus, to take away; gives back both lists, or None."""

    MODE = "tags in bulk"
    FIELD = Input

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go_on", "Go on", tooltip="See how many layers it is.", id="tag-all"),
        Binding("escape", "dismiss(None)", "Leave", tooltip="Leave all as it is.", id="leave-bulk-tags"),
        HELP_WRITING,
    ]

    def __init__(self, known: Sequence[str], typed: str = "") -> None:
        super().__init__()
        self.known = list(known)
        self.typed = typed

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(Content("Tags for every layer in the filter; -word takes a tag away"))
            words = LastWord([*self.known, *(f"-{tag}" for tag in self.known)])
            yield Line(self.typed, suggester=words)
            if self.known:
                yield Static(drawn.in_use(self.known, self.room(4) * self.columns), classes="hint")
            yield Hints(self, "→ takes the completion")

    def action_go_on(self) -> None:
        words = self.query_one(Input).value.split()
        add = [word for word in words if not word.startswith("-")]
        remove = [word[1:] for word in words if word.startswith("-") and len(word) > 1]
        self.dismiss((add, remove) if add or remove else None)
