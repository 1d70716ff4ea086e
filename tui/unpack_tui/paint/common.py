"""What all paintings share: colours, glyphs, titles, and lines that fit."""

from rich.cells import cell_len
from textual.content import Content

from unpack_core.model import Layer, Status
from unpack_core.notation import parse
from unpack_core.plain import plain
from unpack_core.queue import Arrangement
from unpack_core.review import Review

ORDERS = {
    Arrangement.DOCUMENT: "document order",
    Arrangement.PROBLEMS: "problems first",
    Arrangement.CERTAIN: "most certain first",
    Arrangement.NEWEST: "newest first",
}
WALKED = tuple(ORDERS)
"""What `o` goes through."""
GLYPHS = {Status.PENDING: "○", Status.ACCEPTED: "✓", Status.REJECTED: "✗"}
TOO_SMALL = "Enlarge the window."

COLOURS = {Status.PENDING: "$foreground", Status.ACCEPTED: "$success", Status.REJECTED: "$error"}
MUTED = "$muted"
QUOTE = "$accent"
ANSWER = "$primary"
FAULT = "$error underline"
LOST = "$error underline"


def title(review: Review, layer: Layer) -> str:
    """The kind's title in the interface's language."""
    return review.recipe.title(layer.kind, "en")


def gist(text: str) -> str:
    items = parse(text)
    return items[0].text if items and items[0].text else text


def fitted(text: str, width: int) -> str:
    """As much of a text as `width` columns hold."""
    if cell_len(text) <= width:
        return text
    kept, used = [], 1
    for character in text:
        used += cell_len(character)
        if used > width:
            break
        kept.append(character)
    return "".join(kept) + "…"


def two_sides(left: Content, right: Content, width: int) -> Content:
    room = width - left.cell_length - 2
    if right.cell_length > room:
        right = right.truncate(room, ellipsis=True) if room > 8 else Content("")
    gap = width - left.cell_length - right.cell_length
    return (left + " " * max(0, gap) + right).truncate(width, ellipsis=True)


def message(text: str) -> Content:
    return Content.styled(plain(text), "$foreground")


def wrong(sentence: str) -> Content:
    return Content.styled(plain(sentence), "$error")


def edge(direction: int) -> str:
    return "This is the end." if direction > 0 else "This is the beginning."
