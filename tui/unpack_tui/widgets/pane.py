"""A pane of styled text that sends to the terminal only the cells that changed.

Over a slow line the bytes are what a curator waits for: a pane that is painted anew is kilobytes, the cells that differ
are a few hundred bytes. A pane keeps the lines that it shows; `show` compares them with the new ones.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import chain

from rich.segment import Segment
from textual.content import Content
from textual.events import Resize
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from unpack_tui.wrap import line_starts


class Pane(Widget):
    """Wrapped text from a given line on; what does not fit is said in its first and last line."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, scrolls: bool = True) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._scrolls = scrolls
        self._content = Content("")
        self._wrapped: list[Strip] = []
        self._starts: list[int] = []  # the position in the text at which each wrapped line begins
        self._shown: list[Strip] = []
        self._top = 0

    def show(self, content: Content, *, top: int | None = None, reveal: tuple[int, int] | None = None) -> None:
        """Show this text from line `top` on (as far down as it is by default), the code points `reveal` in view."""
        self._content = content
        if top is not None:
            self._top = top
        self._wrap()
        if reveal:
            self._bring_into_view(*reveal)
        self._repaint()

    def scroll_lines(self, lines: int) -> bool:
        """Go up or down; False where there is nothing more."""
        before = self._top
        self._top = self._clamped(self._top + lines)
        self._repaint()
        return self._top != before

    def page(self, direction: int) -> bool:
        """Go a page up (-1) or down (1)."""
        return self.scroll_lines(direction * max(1, self._height - 2))

    def render_line(self, y: int) -> Strip:
        return self._shown[y] if y < len(self._shown) else Strip.blank(self.size.width, self.rich_style)

    def on_resize(self, _: Resize) -> None:
        self._wrap()
        self._shown = self._lines()
        self.refresh()

    def notify_style_update(self) -> None:
        """The theme or the size class changed: every line is painted anew."""
        super().notify_style_update()
        if self.size.width:
            self._wrap()
            self._shown = self._lines()
            self.refresh()

    @property
    def _height(self) -> int:
        return self.size.height

    def _wrap(self) -> None:
        width = max(1, self.size.width)
        style, get_style = self.visual_style, self._get_style
        self._wrapped, self._starts = [], []
        position = 0
        for paragraph in self._content.split("\n", allow_blank=True):
            starts = line_starts(paragraph.plain, width)
            for start, line in zip(starts, paragraph.divide(starts[1:]), strict=True):
                parts = line.rstrip().expand_tabs(4).render(style, "", get_style)
                self._wrapped.append(Strip([Segment(words, look.rich_style) for words, look in parts]))
                self._starts.append(position + start)
            position += len(paragraph) + 1
        self._top = self._clamped(self._top)

    def _clamped(self, top: int) -> int:
        return max(0, min(top, len(self._wrapped) - self._height))

    def _bring_into_view(self, start: int, end: int) -> None:
        first, last = self._line_of(start), self._line_of(max(start, end - 1))
        if first <= self._top or last >= self._top + self._height - 1:
            self._top = self._clamped(first - max(1, (self._height - (last - first)) // 3))

    def _line_of(self, position: int) -> int:
        return max(0, bisect_right(self._starts, position) - 1)

    def _lines(self) -> list[Strip]:
        width, height = self.size
        lines = self._wrapped[self._top : self._top + height]
        below = len(self._wrapped) - self._top - height
        if self._scrolls and below > 0 and lines:
            lines[-1] = self._note(f"↓ {below + 1} more lines", width)
        if self._scrolls and self._top > 0 and len(lines) > 1:
            lines[0] = self._note(f"↑ {self._top + 1} lines above", width)
        lines += [Strip.blank(0)] * (height - len(lines))
        return [line.crop_extend(0, width, self.rich_style) for line in lines]

    def _note(self, text: str, width: int) -> Strip:
        style = self.visual_style + self._get_style("$muted")
        return Strip([Segment(text[:width], style.rich_style)])

    def _repaint(self) -> None:
        new = self._lines()
        old, self._shown = self._shown, new
        if len(old) != len(new):
            self.refresh()
            return
        changed = [
            Region(first, y, last - first, 1)
            for y, (was, is_now) in enumerate(zip(old, new, strict=True))
            if was != is_now
            for first, last in [_difference(was, is_now)]
            if last > first
        ]
        if changed:
            self.refresh(*changed)


def _difference(old: Strip, new: Strip) -> tuple[int, int]:
    """The columns from the first to the last cell that differs, end exclusive."""
    was, now = _cells(old), _cells(new)
    end = max(len(was), len(now))
    if len(was) != len(now):
        return 0, end
    first = next((n for n in range(end) if was[n] != now[n]), end)
    if first == end:  # the same cells in other pieces
        return 0, 0
    last = next((n for n in range(end, first, -1) if was[n - 1] != now[n - 1]), first)
    # A wide character takes two cells: never begin or end within one.
    while first and (not now[first][0] or not was[first][0]):
        first -= 1
    while last < end and (not now[last][0] or not was[last][0]):
        last += 1
    return first, last


def _cells(strip: Strip) -> list[tuple[str, object]]:
    """A character and its style for each column; the second column of a wide character is empty."""
    return list(chain.from_iterable(_segment_cells(segment) for segment in strip))


def _segment_cells(segment: Segment) -> list[tuple[str, object]]:
    text, style, _ = segment
    if text.isascii():
        return [(character, style) for character in text]
    cells: list[tuple[str, object]] = []
    for character in text:
        width = Segment(character).cell_length
        if width == 0 and cells:  # a combining mark belongs to the cell before
            mark = next(n for n in range(len(cells) - 1, -1, -1) if cells[n][0] or n == 0)
            cells[mark] = (cells[mark][0] + character, style)
        else:
            cells.append((character, style))
            cells.extend([("", style)] * (width - 1))
    return cells
