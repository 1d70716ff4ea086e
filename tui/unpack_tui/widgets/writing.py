"""A field in which a layer is written: it knows the notation and the source that the layer is about.

Quotations, numbers and answers have the colours that they have in the review, and a quotation that is not in the source
is marked. Items that came, went or were joined are counted anew when the cursor leaves their line, so that no number
changes under the hand that writes it, and only then: a text that was numbered otherwise stays so.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate
from typing import Any, ClassVar

from rich.text import Text
from textual.document._document import Selection
from textual.document._document_navigator import DocumentNavigator
from textual.dom import DOMNode
from textual.geometry import Region
from textual.strip import Strip
from textual.widgets import TextArea

from unpack_core.grounding import Grounding, locate
from unpack_core.model import Span
from unpack_core.notation import Item, misnumbered, numbers, parse
from unpack_tui.widgets.wrapped import Wrapped


class Writing(TextArea):
    """`begun` is what stands in the field at first, `since` the text that a draft was begun from."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "writing--number", "writing--quote", "writing--lost", "writing--answer",
    }  # fmt: skip

    def __init__(self, begun: str, source: str, *, since: str) -> None:
        super().__init__(begun, id="writing", soft_wrap=True, show_line_numbers=False, highlight_cursor_line=False)
        self.wrapped_document = Wrapped(self.document, tab_width=self.indent_width)
        self.navigator = DocumentNavigator(self.wrapped_document)
        self.cursor_blink = False  # a blinking cursor is bytes on an idle line
        self._source = source
        self._numbered = numbers(since)
        self._places: dict[str, Grounding | None] = {}
        self._read: tuple[str, tuple[tuple[Item, Grounding | None], ...]] = ("", ())
        self._line_starts: list[int] = [0]
        self._lit: dict[int, list[tuple[int, int, str]]] = {}

    def on_mount(self) -> None:
        self.move_cursor(self.document.end)
        self.focus()

    def on_resize(self) -> None:
        """Be painted once more: Textual wraps the lines for the new width when it has painted them as they were."""
        self.refresh()

    def watch(self, obj: DOMNode, attribute_name: str, callback: Callable[..., Any], init: bool = True) -> None:
        """Be told of another theme by a signal, which can be left: who watches the app is held as long as it runs."""
        if obj is self.app and attribute_name == "theme":
            self.app.theme_changed_signal.subscribe(self, lambda _: self.call_next(callback))
        else:
            super().watch(obj, attribute_name, callback, init)

    def on_unmount(self) -> None:
        """Be forgotten, with all its edits."""
        self.app.theme_changed_signal.unsubscribe(self)

    # --- what is written -----------------------------------------------------------------------------------------

    def items(self) -> tuple[tuple[Item, Grounding | None], ...]:
        """The items, each with the place of its quotation in the source; None where it has none or it is not there."""
        text = self.text
        if self._read[0] != text:
            found = tuple((item, self._place(item.quote)) for item in parse(text))
            self._read = text, found
            self._line_starts = list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))
            self._lit = {}
            for item, place in found:
                self._light(item.number_span, "number")
                self._light(item.quotation_span, "quote" if place else "lost")
                self._light(item.bracket_span, "answer")
        return self._read[1]

    def item_here(self) -> int:
        """Which of the items the cursor is in, 0 for the first."""
        items, here = self.items(), self._cursor()
        return max(0, bisect_right([item.span.start for item, _ in items], here) - 1)

    def _cursor(self) -> int:
        """Where the cursor is in the text that was read last."""
        row, column = self.cursor_location
        return self._line_starts[row] + column

    def _location(self, position: int) -> tuple[int, int]:
        """A place in the text that was read last as the field names it."""
        row = bisect_right(self._line_starts, position) - 1
        return row, position - self._line_starts[row]

    def _place(self, quote: str) -> Grounding | None:
        """Looked for once: a quotation that is not there costs most, and every key asks for all of them."""
        if quote not in self._places:
            self._places[quote] = locate(quote, self._source)
        return self._places[quote]

    # --- how it looks --------------------------------------------------------------------------------------------

    def render_lines(self, crop: Region) -> list[Strip]:
        self.items()
        return super().render_lines(crop)

    def get_line(self, line_index: int) -> Text:
        line = super().get_line(line_index)
        for start, end, name in self._lit.get(line_index, ()):
            line.stylize(self.get_component_rich_style(f"writing--{name}", partial=True), start, end)
        return line

    def _light(self, span: Span | None, name: str) -> None:
        """Note a stretch for the lines that it stands in."""
        if span is None:
            return
        line = bisect_right(self._line_starts, span.start) - 1
        while line < len(self._line_starts) - 1 and self._line_starts[line] < span.end:
            start = self._line_starts[line]
            length = self._line_starts[line + 1] - 1 - start
            self._lit.setdefault(line, []).append((max(0, span.start - start), min(length, span.end - start), name))
            line += 1

    # --- counting ------------------------------------------------------------------------------------------------

    def watch_selection(self, before: Selection, now: Selection) -> None:
        """Textual tells of every move of the cursor."""
        if before.end[0] != now.end[0] and now.is_empty:
            self.call_next(self.count)

    def count(self) -> None:
        """Count the items anew if one came or went; one undo takes that back, and the cursor stays at its letter."""
        text = self.text
        wrong = () if numbers(text) == self._numbered else misnumbered(text)
        if wrong:
            self.items()
            here = self._cursor()
            first, last = wrong[0][0].start, wrong[-1][0].end
            pieces, at, moved = [], first, 0
            for span, number in wrong:
                pieces += [text[at : span.start], number]
                moved += len(number) - (span.end - span.start) if span.end <= here else 0
                at = span.end
            self.history.checkpoint()
            self.replace("".join(pieces), self._location(first), self._location(last))
            self.items()
            self.move_cursor(self._location(here + moved))
        self._numbered = numbers(self.text)

    def action_undo(self) -> None:
        """What is taken back is not done again at the next line: the curator has the last word."""
        super().action_undo()
        self._numbered = numbers(self.text)

    def action_redo(self) -> None:
        super().action_redo()
        self._numbered = numbers(self.text)
