"""A text field's lines, broken as everywhere here: between words, and between ideographs where there are some.

Textual's fields break at white space alone, so that a Chinese sentence behind a number would begin below it.
"""

from __future__ import annotations

from textual.document._document import Location
from textual.document._wrapped_document import WrappedDocument

from unpack_tui.wrap import has_ideographs, line_starts


class Wrapped(WrappedDocument):
    """Lines without ideographs, or with tabs, are Textual's own."""

    def wrap(self, width: int, tab_width: int | None = None) -> None:
        super().wrap(width, tab_width)
        if width and self._has_ideographs():
            for n, line in enumerate(self.document.lines):
                if has_ideographs(line) and "\t" not in line:
                    self._wrap_offsets[n] = line_starts(line, width)[1:]
            self._count()

    def wrap_range(self, start: Location, old_end: Location, new_end: Location) -> None:
        if self._has_ideographs():
            self.wrap(self._width, self._tab_width)
        else:
            super().wrap_range(start, old_end, new_end)

    def _has_ideographs(self) -> bool:
        return has_ideographs(self.document.text)

    def _count(self) -> None:
        """Which rows belong to which line."""
        self._offset_to_line_info = [
            (n, section) for n, offsets in enumerate(self._wrap_offsets) for section in range(len(offsets) + 1)
        ]
        self._line_index_to_offsets = [[] for _ in self._wrap_offsets]
        for row, (n, _) in enumerate(self._offset_to_line_info):
            self._line_index_to_offsets[n].append(row)
