"""What lies over the review: help, numbers, filters, bulk steps, the end; and steps in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from unpack_core.events import Change
from unpack_core.filter import Completion, Count
from unpack_core.model import Layer
from unpack_core.plain import one_line, plain
from unpack_core.review import Review
from unpack_core.steps import Step
from unpack_tui.command_lines import db_option
from unpack_tui.paint.common import COLOURS, GLYPHS, MUTED, gist, title

if TYPE_CHECKING:
    from unpack_core.stats import Counts


def step_words(review: Review, step: Step) -> str:
    """What an undo or redo changed, for the status line."""
    undone = step.undone.action.value if step.undone else step.action.value
    if len(step.changes) > 1:
        return f"{undone} of {len(step.changes):,} layers."
    layer = review.store.layer(step.changes[0].layer_id)
    return f"{undone} of {title(review, layer)}, {_change(step.changes[0])}."


def _change(change: Change) -> str:
    after = change.after
    if "status" in after and "head" not in after:
        return f"which is {after['status']} now"
    if "head" in after:
        return "which shows another version now"
    if "rechecked" in after:
        return "which was asked again"
    if "flagged" in after:
        return "which is flagged now" if after["flagged"] else "which is not flagged now"
    return f"tagged {' '.join(after['tags'])}" if after.get("tags") else "without tags now"


def done(layers: Counts, review: Review) -> Content:
    """The end of the queue."""
    return Content.assemble(
        ("Every layer is decided.\n\n", "bold $success"),
        f"{layers['accepted']:,} accepted, {layers['rejected']:,} rejected",
        f", {layers['flagged']:,} flagged" if layers["flagged"] else "",
        (f"; {review.decided:,} of them in this session.\n\n" if review.decided else ".\n\n"),
        "Training data from what you accepted:\n",
        (f"  unpack-tui export chat -o chat.jsonl{plain(db_option(review))}\n\n", "$accent"),
        "Everything, to keep or to move:\n",
        (f"  unpack-tui export layers -o layers.jsonl{plain(db_option(review))}", "$accent"),
    )


def found(count: Count) -> Content:
    layers = "1 layer" if count.layers == 1 else f"{count.layers:,} layers"
    paragraphs = "1 paragraph" if count.paragraphs == 1 else f"{count.paragraphs:,} paragraphs"
    return Content.styled(f"{layers} in {paragraphs}", "$success" if count.layers or count.paragraphs else "$warning")


def wrong(sentence: str) -> Content:
    return Content.styled(plain(sentence), "$error")


def completions(found: Sequence[Completion]) -> Content:
    """What could come next, the first one lit: tab takes it."""
    if not found:
        return Content("")
    width = max(cell_len(one.text) for one in found) + 2
    lines = [
        Content.assemble(
            (plain(one.text) + " " * (width - cell_len(one.text)), "bold $accent" if n == 0 else "$foreground"),
            (one_line(one.meaning, 60), MUTED),
        )
        for n, one in enumerate(found)
    ]
    return Content("\n").join([Content(""), *lines])


def bulk(review: Review, verb: str, size: int, sample: Sequence[Layer]) -> Content:
    """What is about to happen to how many, with some of them."""
    lines = [
        Content.assemble((f"{verb} ", "bold"), (f"{size:,}", "bold $warning"), (" layers?", "bold")),
        Content.styled(plain(review.filter), "$accent"),
        Content(""),
    ]
    lines += [
        Content.assemble(
            (f"{GLYPHS[layer.status]} {title(review, layer)}  ", COLOURS[layer.status]),
            (one_line(gist(layer.head.text), 44), MUTED),
        )
        for layer in sample
    ]
    if size > len(sample):
        lines.append(Content.styled(f"… and {size - len(sample):,} more", MUTED))
    return Content("\n").join(lines)
