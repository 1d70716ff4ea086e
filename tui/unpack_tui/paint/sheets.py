"""What lies over the review: filters, bulk steps, the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from unpack_core.model import Layer
from unpack_core.plain import one_line, plain
from unpack_core.review import Review
from unpack_core.words import count
from unpack_tui.command_lines import db_option
from unpack_tui.paint.common import COLOURS, GLYPHS, MUTED, gist, title

if TYPE_CHECKING:
    from unpack_core.filter import Count
    from unpack_core.filter.complete import Completion
    from unpack_core.stats import Counts


def done(layers: Counts, review: Review) -> Content:
    """The end of the queue."""
    return Content.assemble(
        ("Every layer is decided.\n\n", "bold $success"),
        f"{layers['accepted']:,} accepted, {layers['rejected']:,} rejected",
        f", {layers['flagged']:,} flagged" if layers["flagged"] else "",
        (f"; {review.decided:,} of them in this session.\n\n" if review.decided > 0 else ".\n\n"),
        "Training data from what you accepted:\n",
        (f"  unpack-tui export chat -o chat.jsonl{plain(db_option(review))}\n\n", "$accent"),
        "Everything, to keep or to move:\n",
        (f"  unpack-tui export layers -o layers.jsonl{plain(db_option(review))}", "$accent"),
    )


def found(much: Count) -> Content:
    said = f"{count(much.layers, 'layer')} in {count(much.paragraphs, 'paragraph')}"
    return Content.styled(said, "$success" if much.layers or much.paragraphs else "$warning")


def in_use(tags: Sequence[str], room: int) -> Content:
    """The first tags, as many as stand in so many columns, and how many more there are."""
    shown, used = 0, 0
    for tag in tags:
        used += cell_len(tag) + 1
        if used > room:
            break
        shown += 1
    more = f" … and {len(tags) - shown:,} more" if shown < len(tags) else ""
    return Content(plain(f"In use: {' '.join(tags[:shown])}{more}"))


def completions(found: Sequence[Completion]) -> Content:
    """What could come next, the first one lit: tab takes it."""
    if not found:
        return Content("")
    width = max(cell_len(one.text) for one in found) + 2
    lines = [
        Content.assemble(
            (plain(one.text) + " " * (width - cell_len(one.text)), "bold $accent" if n == 0 else "$foreground"),
            (one_line(one.meaning, 100), MUTED),
        )
        for n, one in enumerate(found)
    ]
    return Content("\n").join([Content(""), *lines])


def bulk(review: Review, verb: str, size: int, price: str = "") -> Content:
    """What is about to happen to how many, and for how much."""
    layers = f" {'layer' if size == 1 else 'layers'}{price and f' {price}'}?"
    return Content.assemble(
        (f"{verb} ", "bold"), (f"{size:,}", "bold $warning"), (layers, "bold"),
        (f"\n{plain(review.within(review.search))}", "$accent"),
    )  # fmt: skip


def some_of(review: Review, size: int, sample: Sequence[Layer]) -> Content:
    """A row each of so many layers, and how many more there are."""
    lines = [
        Content.assemble(
            (f"{GLYPHS[layer.status]} {title(review, layer)}  ", COLOURS[layer.status]),
            (one_line(gist(layer.head.text), 64), MUTED),
        )
        for layer in sample
    ]
    if size > len(sample):
        lines.append(Content.styled(f"… and {size - len(sample):,} more", MUTED))
    return Content("\n").join(lines)
