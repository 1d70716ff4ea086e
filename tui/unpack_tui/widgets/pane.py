"""A pane of styled text: wrapped for any script, scrolled by lines, painted again only where a line changed."""

from __future__ import annotations

from bisect import bisect_right

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

    def __init__(
        self,
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name
        scrolls: bool = True,
        marked: bool = False,
    ) -> None:
        """`marked` is a list, whose lines begin with a column for the mark of the one in view."""
        super().__init__(id=id)
        self._scrolls = scrolls
        self._margin = " " if marked else ""
        self._content = Content("")
        self._wrapped = ("", 0)
        """The text that was wrapped, and how wide."""
        self._starts: list[int] = []
        self._ends: list[int] = []
        """Of its lines, the positions in it."""
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

    def fit(self, rows: int) -> None:
        """Be so high."""
        if self.styles.height is None or self.styles.height.value != rows:
            self.styles.height = rows

    def can_scroll(self, direction: int) -> bool:
        """Whether there is more above (-1) or below (1)."""
        return self._clamped(self._top + direction) != self._top

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
    def lines(self) -> int:
        """How many the text has."""
        return len(self._starts)

    @property
    def _height(self) -> int:
        return self.size.height

    def _wrap(self) -> None:
        text, width = self._content.plain, max(1, self.size.width)
        if self._wrapped != (text, width):
            self._wrapped = text, width
            self._starts, self._ends = [], []
            position = 0
            for paragraph in text.split("\n"):
                starts = [position + start for start in line_starts(paragraph, width)]
                position += len(paragraph)
                self._starts += starts
                self._ends += [*starts[1:], position]
                position += 1
        self._top = self._clamped(self._top)

    def _clamped(self, top: int) -> int:
        return max(0, min(top, self.lines - self._height))

    def _bring_into_view(self, start: int, end: int) -> None:
        first, last = self._line_of(start), self._line_of(max(start, end - 1))
        if first <= self._top or last >= self._top + self._height - 1:
            self._top = self._clamped(first - max(1, (self._height - (last - first)) // 3))

    def _line_of(self, position: int) -> int:
        return max(0, bisect_right(self._starts, position) - 1)

    def _lines(self) -> list[Strip]:
        width, height = self.size
        lines = self._styled(self._top, self._top + height)
        below = self.lines - self._top - height
        if self._scrolls and below > 0 and height > 1:
            lines[-1] = self._note(f"↓ {below + 1:,} more lines", width)
        if self._scrolls and self._top > 0 and height > 2:  # of two rows, one is for the text
            lines[0] = self._note(f"↑ {self._top + 1:,} lines above", width)
        lines += [Strip([])] * (height - len(lines))
        style = self.rich_style  # worked out anew each time it is asked for
        return [line.crop_extend(0, width, style) for line in lines]

    def _styled(self, first: int, last: int) -> list[Strip]:
        """Some lines as they are painted: those in view are few, the text may be long."""
        starts, ends = self._starts[first:last], self._ends[first:last]
        if not starts:
            return []
        text, style, get_style = self._content[starts[0] : ends[-1]], self.visual_style, self._get_style
        strips = []
        for start, end in zip(starts, ends, strict=True):
            line = text[start - starts[0] : end - starts[0]]
            parts = line.rstrip().expand_tabs(4).render(style, "", get_style)
            strips.append(Strip([Segment(words, look.rich_style) for words, look in parts]))
        return strips

    def _note(self, text: str, width: int) -> Strip:
        style = self.visual_style + self._get_style("$muted")
        return Strip([Segment((self._margin + text)[:width], style.rich_style)])

    def _repaint(self) -> None:
        new = self._lines()
        old, self._shown = self._shown, new
        if len(old) != len(new):
            self.refresh()
            return
        width = self.size.width
        changed = [
            Region(0, y, width, 1) for y, (was, is_now) in enumerate(zip(old, new, strict=True)) if was != is_now
        ]
        if changed:
            self.refresh(*changed)
