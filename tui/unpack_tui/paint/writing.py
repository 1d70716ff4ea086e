"""Around a text that is being written: whose it is, and how its quotations stand with the source."""

from collections.abc import Sequence

from textual.content import Content

from unpack_core.grounding import Grounding
from unpack_core.notation import Item
from unpack_core.plain import one_line
from unpack_core.review import Review
from unpack_core.words import count
from unpack_tui.paint.common import MUTED, title, two_sides

_QUOTED = 48
"""So much of a quotation is told."""


def edit_header(review: Review, width: int) -> Content:
    what = f"Editing: {title(review, review.layer)}" if review.layer else ""
    return two_sides(Content.styled(what, "bold $foreground"), Content("the source stays in view"), width)


def written(items: Sequence[tuple[Item, Grounding | None]], here: int, source: str, told: str, width: int) -> Content:
    """How far the quotations are in the source: that of the item with the cursor first, else the first that is not."""
    counted = Content.styled(_counted(items), MUTED)
    return two_sides(Content.styled(told, "$warning") if told else _quoted(items, here, source), counted, width)


def _quoted(items: Sequence[tuple[Item, Grounding | None]], here: int, source: str) -> Content:
    lost = [n for n, (item, place) in enumerate(items) if item.quote and not place]
    if lost:
        item = items[here if here in lost else lost[0]][0]
        more = f" ({len(lost) - 1} more)" if len(lost) > 1 else ""
        return Content.assemble(
            ("▲ ", "$error"), f"“{one_line(item.quote, _QUOTED)}” ", (f"is not in the source{more}", "$error")
        )
    place = items[here][1] if items else None
    if place and not place.exact and place.score < 100:
        there = one_line(source[place.span.start : place.span.end], _QUOTED)
        return Content.assemble(("≈ ", "$warning"), ("the source says ", MUTED), f"“{there}”")
    return Content("")


def _counted(items: Sequence[tuple[Item, Grounding | None]]) -> str:
    numbered = sum(item.number is not None for item, _ in items)
    quoted = sum(bool(item.quote) for item, _ in items)
    return f"{count(numbered, 'item')}, {count(quoted, 'quotation')}"
