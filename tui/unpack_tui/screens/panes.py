"""What is seen of the review: its panes, and what stands in each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Size

from unpack_tui import paint
from unpack_tui.keys import in_force
from unpack_tui.screens import breadth
from unpack_tui.widgets.foot import Foot
from unpack_tui.widgets.pane import Pane

if TYPE_CHECKING:
    from unpack_core.review import Review
    from unpack_tui.screens.review import ReviewScreen

_LEAST = Size(40, 10)
"""A window in which a line of the source and one of the layer can be read."""


def panes(review: Review, size: Size) -> ComposeResult:
    """What a window of this size needs; each has the height that it will have."""
    yield Pane(id="header", scrolls=False)
    with Container(id="body"):
        yield Pane(id="source")
        with Container(id="aside"):
            layers = Pane(id="layers", scrolls=False)
            layers.fit(_rows_of_layers(review, size))
            yield layers
            yield Pane(id="about", scrolls=False)
            yield Pane(id="text")
    yield Pane(id="status", scrolls=False)
    yield Foot()


def _is_wide(size: Size) -> bool:
    return breadth(size.width) == "-wide"


def _rows_of_layers(review: Review, size: Size) -> int:
    """A list of them where there is room, else one line."""
    return paint.list_height(review, size.height) if _is_wide(size) else 1


class Panes:
    """Those of one review screen, and which paragraph and text they show, so that a new one is shown from its top."""

    def __init__(self, screen: ReviewScreen) -> None:
        self.screen = screen
        self.review = screen.review
        self._paragraph = 0
        self._text = 0

    def show(self) -> None:
        """Paint what the review is at; panes send only what changed."""
        review, pane, size = self.review, self.screen.pane, self.screen.size
        lit = paint.quotations(review)
        pane("#source").show(
            paint.source(review, lit),
            top=0 if self._new_paragraph() else None,
            reveal=(lit[0].start, lit[0].end) if lit else None,
        )
        layers = pane("#layers")
        layers.fit(_rows_of_layers(review, size))
        if _is_wide(size):
            layers.show(paint.layer_list(review, layers.size.width), top=max(0, review.at - layers.size.height + 2))
        else:
            layers.show(paint.layer_strip(review, layers.size.width), top=0)
        job = self.screen.asking.coming()
        if job is None:
            about, text = paint.about(review), paint.layer_text(review, self.screen.key("duplicates"))
        else:
            about, text = paint.coming(review, job)
        pane("#about").show(about)
        pane("#text").show(text, top=0 if self._new_text() else None)
        pane("#header").show(paint.header(review, size.width - 2))
        pane("#status").show(paint.status(review, size.width - 2))
        self.show_foot()

    def show_foot(self) -> None:
        """The last line: what is said, that there is no room, or the keys."""
        size = self.screen.size
        small = "" if size.width >= _LEAST.width and size.height >= _LEAST.height else paint.TOO_SMALL
        keys, said = in_force(self.screen, hinted=True), self.screen.message or small
        foot = paint.message(said) if said else paint.hints(keys, size.width - 2)
        self.screen.pane("#keys").show(foot)

    def _new_paragraph(self) -> bool:
        now = self.review.view.paragraph.id if self.review.view else 0
        new, self._paragraph = now != self._paragraph, now
        return new

    def _new_text(self) -> bool:
        now = self.review.layer.head.id if self.review.layer else 0
        new, self._text = now != self._text, now
        return new
