"""Near-duplicates: the copies of a group, how much they are alike, and what differs between two of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from unpack_core.diff import compare
from unpack_core.duplicates.desk import Desk
from unpack_core.duplicates.groups import Copy, Score
from unpack_core.grounding import ground
from unpack_core.model import Layer, Status, Version
from unpack_core.plain import one_line, plain
from unpack_core.recipe import Recipe
from unpack_core.steps import Step
from unpack_core.words import count
from unpack_tui.paint.common import COLOURS, GLYPHS, MUTED, fitted, gist, two_sides

_RAGGED = 12
"""Columns that words leave empty at the ends of lines."""
ALONE = "$accent bold underline"
"""What one of two texts has alone."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A copy as it is shown: its layer, where it stands, and the text that is meant, which may be an older version."""

    layer: Layer
    place: str
    """`essay.md ¶5`."""
    version: Version
    source: str
    """The paragraph that it is about."""
    rejected_before: bool = False


def groups_header(desk: Desk, rest: int, width: int) -> Content:
    """Which group of how many, and how much is left to do and to compare."""
    if desk.group:
        what = f"Near-duplicates: group {desk.number:,} of {len(desk.groups):,}"
        left = f"{desk.rest:,} left" if desk.rest != 1 else "the last one"
    else:
        what, left = "Near-duplicates", ""
    more = f"{count(rest, 'text')} still to compare" if rest else ""
    return two_sides(Content.styled(what, "bold $foreground"), Content("  ·  ".join(filter(None, [more, left]))), width)


def copy_about(recipe: Recipe, sheet: Sheet, number: int, why: str, width: int, *, tall: bool) -> Content:
    """What and where it is, in what state and where from, what speaks for or against it, and what it is about."""
    layer, version = sheet.layer, sheet.version
    status = Status.REJECTED if sheet.rejected_before else layer.status
    words = ["rejected before" if sheet.rejected_before else status.value, version.origin.value, version.model]
    source = Content.styled(plain(" · ".join(filter(None, words))), MUTED)
    reason = Content.styled(why, "$accent")
    lines = [
        Content.assemble(
            (f" {number} ", "bold reverse"),
            (f" {GLYPHS[status]} {recipe.title(layer.kind, 'en')}", f"{COLOURS[status]} bold"),
            (plain(f"  {sheet.place}"), MUTED),
        ),
        *([source, reason] if tall else [two_sides(reason, source, width)]),
    ]
    about = fitted(_excerpt(sheet, width), 2 * width - _RAGGED if tall else width)
    lines = [line.truncate(width, ellipsis=True) for line in lines]
    return Content("\n").join([*lines, Content.styled(about, f"{MUTED} italic")])


def _excerpt(sheet: Sheet, width: int) -> str:
    """The paragraph from its beginning or, where that is far from what the copy quotes, from a little before that."""
    quoted = next((found.span for _, found in ground(sheet.version.text, sheet.source) if found), None)
    start = 0
    if quoted and quoted.end > width:
        start = sheet.source.rfind(" ", 0, max(0, quoted.start - width // 3)) + 1
    return "… " * bool(start) + one_line(sheet.source[start:], 3 * width)


def right_words(score: Score | None, rejected: bool) -> str:
    """What is to be said of the copy on the right."""
    if score is None:
        return ""
    value = f"{score.value:.3f}"
    if rejected:
        return f"≈ {value} a text that was rejected and replaced"
    if score.distinct:
        return f"{value}: said to be distinct"
    return f"≈ {value}" if score.near else f"{value}: too far from 1, it stays"


def copy_text(mine: str, other: str) -> Content:
    """A copy with what it alone has lit, and what is shared muted."""
    mine, other = plain(mine), plain(other)
    content = Content.styled(mine, MUTED)
    for piece in compare(other, mine):
        words = mine[piece.new.start : piece.new.end]
        if not piece.same and words.strip():
            start = piece.new.start + len(words) - len(words.lstrip())
            content = content.stylize(ALONE, start, start + len(words.strip()))
    return content if mine.strip() else Content.styled("(empty)", MUTED)


def copies(desk: Desk, sheets: Sequence[tuple[int, Sheet]], width: int) -> Content:
    """The copy to keep (0) and, by their places, the others around the one in view: what each scores with the two."""
    heads = f"{len(desk.others) + 1:,} copies".ljust(20) + "like 1  like 2"
    does = f"1 rejects {len(desk.swept()):,}   2 rejects {len(desk.swept(by_right=True)):,}"
    head = two_sides(Content.styled(heads, MUTED), Content.styled(does, MUTED), width)
    return Content("\n").join([head, *(_row(desk, place, sheet, width) for place, sheet in sheets)])


def _row(desk: Desk, place: int, sheet: Sheet, width: int) -> Content:
    shown = desk.others[place - 1] if place else desk.left
    current = place == desk.beside + 1
    status = Status.REJECTED if sheet.rejected_before else sheet.layer.status
    first = second = None
    if isinstance(shown, Copy):
        first, second = desk.score(shown), desk.score(shown, to_right=True)
    elif shown:
        first = Score(shown.score, near=False)
    swept = first is not None and first.near
    row = Content.assemble(
        ("▌" if current else " ", "$accent"),
        (f"{'1' if not place else '2' if current else ' '} ", "bold"),
        (f"{GLYPHS[status]} ", COLOURS[status]),
        (_standing(place, first, sheet).ljust(15), "$accent" if not place else MUTED),
        (f"{_value(first):>6}  ", "$foreground" if swept else MUTED),
        (f"{_value(second):>6}  ", MUTED),
        (plain(f"{sheet.place}  "), "$foreground" if current or not place else MUTED),
    )
    room = width - row.cell_length
    preview = fitted(one_line(gist(sheet.version.text), width), room) if room > 8 else ""
    return (row + Content.styled(preview, MUTED)).truncate(width, ellipsis=True)


def _standing(place: int, score: Score | None, sheet: Sheet) -> str:
    """What becomes of a copy when the first is kept, where that wants a word."""
    if not place:
        return "to keep"
    if sheet.rejected_before:
        return "rejected before"
    if score and score.distinct:
        return "distinct, stays"
    return "" if score and score.near else "too far, stays"


def _value(score: Score | None) -> str:
    return f"{score.value:.3f}" if score else "–"


def settled(step: Step, undo: str) -> str:
    """What a decision on a group did, in words, and the key that takes it back."""
    rejected = sum(change.after.get("status") == Status.REJECTED for change in step.changes)
    said = {word for change in step.changes for word in change.after.get("settled", {}).values()}
    if said == {"distinct"}:
        pairs = sum(len(change.after["settled"]) for change in step.changes)
        what = "Both stay, and this pair is" if pairs == 1 else f"All stay, and these {pairs:,} pairs are"
        return f"{what} not asked about again; {undo} takes it back."
    if "merged" in said:
        return f"Merged: the new text is the first copy's, the second is rejected; {undo} takes it back."
    if not rejected:
        return f"Kept; the others were rejected already. {undo} takes it back."
    return f"{'One copy is' if rejected == 1 else f'{rejected:,} copies are'} rejected; {undo} takes it back."


def no_groups(rest: int, settled: int) -> Content:
    """An empty desk: why, and what may be done."""
    words = "All near-duplicates are settled." if settled else "No two layers of one kind nearly say the same."
    if rest:
        words += (
            f"\n\n{count(rest, 'text')} still to compare. That goes on behind the review;"
            "\nunpack-tui dedupe does it at once."
        )
    return Content.styled(words, MUTED)


def merge_header(recipe: Recipe, kept: Sheet, width: int) -> Content:
    what = f"Merging into {recipe.title(kept.layer.kind, 'en')}, {kept.place}"
    told = Content("lit: not in your text yet")
    return two_sides(Content.styled(plain(what), "bold $foreground"), told, width)


def merge_about(other: Sheet, width: int) -> Content:
    words = f"the other copy, {other.place}: it will be rejected"
    return Content.styled(fitted(plain(words), width), MUTED)
