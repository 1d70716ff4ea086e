"""Of every frame, the cells that the terminal does not show yet, in the fewest bytes.

Textual paints whole regions, so that a question that opens over the review repaints the screen: 40 KB of truecolour,
which over a slow line is what the curator waits for. Here the terminal's cells are remembered as they were written, a
new frame is compared with them, and a colour is said only where it changes. All of Textual's widgets become cheap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from rich.cells import split_graphemes
from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Size

Look = tuple[str, str, str]
"""Attributes, colour and background, each as the numbers of a terminal's SGR sequence."""
Cell = tuple[str, Look]
"""What stands there; "" is the right half of a wide character."""

_PLAIN: Look = ("", "39", "49")
_NO_STYLE = Style()
_UNKNOWN: Cell = ("", ("?", "", ""))
_GAP = 5
"""So many cells that are shown already are written again sooner than the cursor is moved over them."""
_NARROW = frozenset(
    chr(code)
    for first, last in (
        (0x20, 0x7E), (0xA1, 0xAC), (0xAE, 0x2FF), (0x370, 0x482), (0x48A, 0x52F), (0x2010, 0x2027), (0x2030, 0x205E),
        (0x2190, 0x2319), (0x2500, 0x25FC),
    )
    for code in range(first, last + 1)
)  # fmt: skip
"""Characters that every terminal draws in one cell."""
_EMOJI = "\U0001f000"


class Shown:
    """The cells that a terminal shows, as far as this program wrote them."""

    def __init__(self, *, colours: bool = True) -> None:
        self._colours = colours
        self._rows: dict[int, list[Cell]] = {}

    def forget(self) -> None:
        """Another program wrote on the terminal, or its size changed: whatever comes next is written whole."""
        self._rows = {}

    def news_of(self, update: CompositorUpdate, console: Console, size: Size) -> CompositorUpdate | None:
        """Of an update what is not shown yet; None where all of it is.

        What lies beyond the terminal's size, as of a frame that was laid out before the window became smaller, is left
        out: a terminal would draw it over its last row and column.
        """
        if not isinstance(update, LayoutUpdate | ChopsUpdate):
            return update
        stretches = _whole(update) if isinstance(update, LayoutUpdate) else _parts(update)
        system = COLOR_SYSTEMS[console.color_system or "truecolor"]
        pen = _Pen()
        rows: dict[int, list[Cell]] = {}
        for y, x, segments in stretches:
            cells = [cell for segment in segments for cell in _cells(segment, system, self._colours)]
            cells = _first(cells, size.width - x if y < size.height else 0)
            row = rows.setdefault(y, [*self._rows.get(y, ())])
            row.extend([_UNKNOWN] * (x + len(cells) - len(row)))
            changed = list(_different(row[x : x + len(cells)], cells))
            row[x : x + len(cells)] = cells
            for first, last in changed:
                pen.write(y, x + first, row[x + first : _reached(row, x + first, x + last)])
        return _News(self._rows, rows, sequences) if (sequences := pen.done()) else None


class _News(CompositorUpdate):
    """What counts as shown when it is written, since Textual drops some updates."""

    def __init__(self, shown: dict[int, list[Cell]], rows: dict[int, list[Cell]], sequences: str) -> None:
        self._shown = shown
        self._rows = rows
        self._sequences = sequences

    def render_segments(self, console: Console) -> str:  # noqa: ARG002 - Textual's interface
        self._shown.update(self._rows)
        return self._sequences


class _Pen:
    """Cells in, escape sequences out: a look is said where it changes, a place where it does not follow."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._look = _PLAIN
        self._place: tuple[int, int] | None = None

    def write(self, y: int, x: int, cells: Iterable[Cell]) -> None:
        for character, look in cells:
            if character:
                self._go(y, x)
                self._turn(look)
                if len(character) > 1 or character >= _EMOJI:
                    self._write_unsure(y, x, character)
                else:
                    self._parts.append(character)
                    self._place = y, x + (1 if character in _NARROW else split_graphemes(character)[1])
            x += 1

    def done(self) -> str:
        if self._look != _PLAIN:
            self._parts.append("\x1b[m")
        return "".join(self._parts)

    def _write_unsure(self, y: int, x: int, character: str) -> None:
        """Terminals differ on how wide this is: blanks lie below it, and the place is said anew after it."""
        if split_graphemes(character)[1] > 1:
            self._parts.append("  ")
            self._place = None
            self._go(y, x)
        self._parts.append(character)
        self._place = None

    def _go(self, y: int, x: int) -> None:
        if self._place == (y, x):
            return
        same_row = self._place is not None and self._place[0] == y
        self._parts.append(f"\x1b[{x + 1}G" if same_row else f"\x1b[{y + 1};{x + 1}H")
        self._place = y, x

    def _turn(self, look: Look) -> None:
        if look == self._look:
            return
        was, self._look = self._look, look
        if look[0] == was[0]:
            numbers = [now for now, then in zip(look[1:], was[1:], strict=True) if now != then]
        else:  # attributes are taken back all together, by an empty number
            said = [now for now, plain in zip(look, _PLAIN, strict=True) if now != plain]
            numbers = said if was == _PLAIN else ["", *said]
        self._parts.append(f"\x1b[{';'.join(numbers)}m")


def _whole(update: LayoutUpdate) -> Iterator[tuple[int, int, Iterable[Segment]]]:
    """Rows of a frame: y, x, and what stands from there on."""
    for y, strips in enumerate(update.strips, update.region.y):
        yield y, update.region.x, [segment for strip in strips for segment in strip]


def _parts(update: ChopsUpdate) -> Iterator[tuple[int, int, Iterable[Segment]]]:
    """The same of what Textual calls chops: the stretches of a row that belong to one widget each."""
    for y, first, last in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x <= last and end > first:
                yield y, x, strip.crop(0, min(end, last) - x)


def _different(was: list[Cell], now: list[Cell]) -> Iterator[tuple[int, int]]:
    """Stretches of cells that differ, never beginning or ending within a wide character; close ones are one."""
    changed = [n for n, (old, new) in enumerate(zip(was, now, strict=True)) if old != new]
    if not changed:
        return
    breaks = [(a, b) for a, b in pairwise(changed) if b - a > _GAP]
    for first, last in zip([changed[0], *(b for _, b in breaks)], [*(a for a, _ in breaks), changed[-1]], strict=True):
        start, end = first, last + 1
        while start and not now[start][0]:
            start -= 1
        while end < len(now) and not now[end][0]:
            end += 1
        yield start, end


def _first(cells: list[Cell], room: int) -> list[Cell]:
    """As many as there is room for, with a blank for a wide character that has room for its left half alone."""
    first = cells[: max(0, room)]
    if len(first) < len(cells) and first and not cells[len(first)][0]:
        first[-1] = " ", first[-1][1]
    return first


def _reached(row: list[Cell], first: int, last: int) -> int:
    """Where the cells end that a stretch may be drawn over, by a terminal that knows no joined emoji."""
    x = first
    while x < last:
        character = row[x][0]
        if len(character) > 1:
            wide = sum(2 if part >= _EMOJI else split_graphemes(part)[1] for part in character)
            last = max(last, min(x + wide, len(row)))
        x += 1
    return last


def _cells(segment: Segment, system: ColorSystem, colours: bool) -> list[Cell]:
    text, style, _ = segment
    look = _look(style or _NO_STYLE, system, colours)
    if _NARROW.issuperset(text):
        return [(character, look) for character in text]
    cells: list[Cell] = []
    for start, end, width in split_graphemes(text)[0]:
        if width:
            cells.append((text[start:end], look))
            cells.extend([("", look)] * (width - 1))
    return cells


@lru_cache(maxsize=4096)
def _look(style: Style, system: ColorSystem, colours: bool) -> Look:
    attributes = (
        style.without_color.update_link(None).render("x", color_system=system).partition("x")[0].strip("\x1b[m")
    )
    if not colours:
        return attributes, *_PLAIN[1:]
    front, back = style.color, style.bgcolor
    return (
        attributes,
        ";".join(front.downgrade(system).get_ansi_codes()) if front else _PLAIN[1],
        ";".join(back.downgrade(system).get_ansi_codes(foreground=False)) if back else _PLAIN[2],
    )
