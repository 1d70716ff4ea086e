"""Near-duplicates side by side: what differs lit, what is shared muted, and one key to settle each pair."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import Screen

from unpack_core import duplicates
from unpack_core.duplicates import Pair
from unpack_core.review import Review
from unpack_tui import paint
from unpack_tui.keys import in_force
from unpack_tui.screens import SIZES
from unpack_tui.widgets.pane import Pane


class DuplicatesScreen(Screen[str]):
    """The open pairs, one at a time, those that resemble each other most first; gives back a message."""

    HORIZONTAL_BREAKPOINTS = SIZES

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "keep(0)", "Keep the first", tooltip="Keep the first copy, reject the other.", id="keep-first"),
        Binding("2", "keep(1)", "Keep the second", tooltip="Keep the second, reject the first.", id="keep-second"),
        Binding("b", "both", "Keep both", tooltip="They are not copies: remembered for ever.", id="keep-both"),
        Binding("j,down,n,right", "go(1)", "Next", tooltip="Next pair.", id="next-pair"),
        Binding("k,up,p,left", "go(-1)", "Previous", tooltip="Previous pair.", id="previous-pair"),
        Binding("u,backspace", "undo", "Undo", tooltip="Take back the last step.", id="undo-pair"),
        Binding("escape,d,q", "leave", "Back", tooltip="Back to the review.", id="leave-pairs"),
    ]

    def __init__(self, review: Review) -> None:
        super().__init__()
        self.review = review
        self.at = 0
        self.pairs: list[Pair] = []
        self._message = ""

    def compose(self) -> ComposeResult:
        yield Pane(id="header", scrolls=False)
        with Container(id="body"):
            for n in (0, 1):
                with Container(id=f"side-{n}", classes="side"):
                    yield Pane(id=f"about-{n}", scrolls=False)
                    yield Pane(id=f"text-{n}")
        yield Pane(id="keys", scrolls=False)

    def on_mount(self) -> None:
        self._read()
        here = self.review.layer.id if self.review.layer else 0
        self.at = next((n for n, pair in enumerate(self.pairs) if here in (pair.a, pair.b)), 0)
        self.call_after_refresh(self.show)

    def on_resize(self) -> None:
        self.call_after_refresh(self.show)

    def _read(self) -> None:
        found = (pair for pair in duplicates.pairs(self.review.store) if pair.state == "open")
        self.pairs = sorted(found, key=lambda pair: (-pair.score, pair.a, pair.b))
        self.at = max(0, min(self.at, len(self.pairs) - 1))

    def show(self) -> None:
        store, width = self.review.store, self.size.width - 2
        rest = duplicates.to_compare(store)
        self.query_one("#header", Pane).show(paint.pairs_header(self.pairs, self.at, rest, width))
        if self.pairs:
            pair = self.pairs[self.at]
            layers = [store.layer(pair.a), store.layer(pair.b)]
            for n, layer in enumerate(layers):
                paragraph = store.paragraph(layer.paragraph_id)
                uri = store.document(paragraph.document_id).uri
                about = self.query_one(f"#about-{n}", Pane)
                about.show(paint.copy_header(self.review, layer, n + 1, uri, paragraph.position))
                text = paint.copy_text(layer.head.text, layers[1 - n].head.text)
                self.query_one(f"#text-{n}", Pane).show(text, top=0)
        else:
            for n in (0, 1):
                self.query_one(f"#about-{n}", Pane).show(paint.message(""))
                self.query_one(f"#text-{n}", Pane).show(paint.no_pairs(rest) if n == 0 else paint.message(""), top=0)
        hints = paint.hints(in_force(self), width)
        self.query_one("#keys", Pane).show(paint.message(self._message) if self._message else hints)

    def _did(self, message: str) -> None:
        self._message = message
        self.review.refresh()
        self._read()
        self.show()

    def action_keep(self, which: int) -> None:
        if self.pairs:
            pair = self.pairs[self.at]
            kept, other = (pair.a, pair.b) if which == 0 else (pair.b, pair.a)
            duplicates.keep(self.review.store, kept, [other])
            self._did("The other copy is rejected; u takes it back.")

    def action_both(self) -> None:
        if self.pairs:
            pair = self.pairs[self.at]
            duplicates.keep_both(self.review.store, pair.a, pair.b)
            self._did("Both stay, and this pair is not asked about again; u takes it back.")

    def action_go(self, direction: int) -> None:
        self._message = ""
        self.at = max(0, min(self.at + direction, len(self.pairs) - 1))
        self.show()

    def action_undo(self) -> None:
        step = self.review.store.undo()
        self._did(f"Took back: {paint.step_words(self.review, step)}" if step else "Nothing to take back.")

    def action_leave(self) -> None:
        self.dismiss("")
