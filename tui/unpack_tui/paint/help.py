"""The help: a screen's keys under headings, what is not possible now greyed with its reason."""

from collections.abc import Iterable, Sequence
from itertools import groupby, zip_longest

from rich.cells import cell_len
from textual.content import Content

from unpack_core.plain import plain
from unpack_tui.keys import Key
from unpack_tui.paint.common import MUTED, two_sides
from unpack_tui.wrap import line_starts

_TWO_COLUMNS_FROM = 104
_GAP = 4


def help_header(mode: str, width: int) -> Content:
    """Whose keys these are."""
    what = Content.styled(f"Keys: {mode}", "bold $foreground")
    return two_sides(what, Content("grey: not possible now, and why"), width)


def help_sheet(keys: Sequence[Key], width: int) -> Content:
    """All keys, in two columns where there is room."""
    groups = [(group, list(rows)) for group, rows in groupby(keys, lambda key: key.group)]
    wide = width >= _TWO_COLUMNS_FROM and len(groups) > 1
    column = (width - _GAP) // 2 if wide else width
    names = max(cell_len(" ".join(key.names)) for key in keys) + 2
    blocks = [_block(group, rows, names, column) for group, rows in groups]
    if not wide:
        return Content("\n").join(_joined(blocks))
    left = _half(blocks)
    pairs = zip_longest(_joined(blocks[:left]), _joined(blocks[left:]), fillvalue=Content(""))
    return Content("\n").join(one + " " * (column + _GAP - one.cell_length) + two for one, two in pairs)


def _block(group: str, keys: Iterable[Key], names: int, width: int) -> list[Content]:
    lines = [Content.styled(group, "bold")] if group else []
    for key in keys:
        lines += _row(key, names, width)
    return lines


def _row(key: Key, names: int, width: int) -> list[Content]:
    """A key's line, and more of them where its sentence or its reason is long."""
    words = Content.styled(key.sentence, MUTED if key.why_not else "$foreground")
    if said := f"— {key.why_not}" if key.why_not else key.note:
        words += Content.styled(f" {plain(said)}", "$warning")
    starts = line_starts(words.plain, max(16, width - names))
    head = Content.styled(" ".join(key.names), MUTED if key.why_not else "bold $accent")
    rows = [part.rstrip() for part in words.divide(starts[1:])]
    return [head + " " * (names - head.cell_length) + rows[0], *(Content(" " * names) + row for row in rows[1:])]


def _joined(blocks: Sequence[list[Content]]) -> list[Content]:
    """The lines of several blocks, an empty one between two."""
    return [line for n, block in enumerate(blocks) for line in ([Content("")] if n else []) + block]


def _half(blocks: Sequence[list[Content]]) -> int:
    """How many blocks stand in the left column, so that neither is much longer."""
    return min(
        range(1, len(blocks)), key=lambda n: max(len(_joined(blocks[:n])), len(_joined(blocks[n:])))
    )  # fmt: skip
