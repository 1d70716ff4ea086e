"""Texts beside each other: versions and candidates, and what differs between them."""

from collections.abc import Sequence

from textual.content import Content

from unpack_core.diff import compare
from unpack_core.model import Layer, Version
from unpack_core.plain import one_line, plain
from unpack_core.review import Review
from unpack_tui.paint.common import MUTED, fitted, title, two_sides


def text(words: str) -> Content:
    """A text as it is."""
    return Content(plain(words)) if words.strip() else Content.styled("(empty)", MUTED)


def diff(old: str, new: str) -> Content:
    """The new text with what was added, and between it what was taken away."""
    parts: list[Content] = []
    old, new = plain(old), plain(new)
    for piece in compare(old, new):
        was, now = old[piece.old.start : piece.old.end], new[piece.new.start : piece.new.end]
        if piece.same:
            parts.append(Content(now))
        else:
            parts += [Content.styled(was, "$error strike"), Content.styled(now, "$success bold underline")]
    return Content("").join(parts) if parts else Content.styled("(empty)", MUTED)


def versions_header(review: Review, width: int) -> Content:
    what = f"Versions: {title(review, review.layer)}" if review.layer else ""
    return two_sides(Content.styled(what, "bold $foreground"), Content("nothing is overwritten"), width)


def version_list(versions: Sequence[Version], at: int, head: int, width: int) -> tuple[Content, tuple[int, int]]:
    """Two or three rows a version, and where the one in view stands among them, in code points."""
    digits = len(str(len(versions)))
    blocks = [
        _version(f"{n:>{digits}}", version, n == at + 1, version.id == head, width)
        for n, version in enumerate(versions, 1)
    ]
    start = sum(len(block) + 1 for block in blocks[:at])
    return Content("\n").join(blocks), (start, start + len(blocks[at]))


def _version(number: str, version: Version, current: bool, head: bool, width: int) -> Content:
    source = " · ".join(dict.fromkeys(filter(None, [version.origin.value, version.model])))
    tokens = (version.input_tokens or 0) + (version.output_tokens or 0)
    cost = f" · {tokens:,} tokens" if tokens else ""
    cost += f" · ${version.cost_usd:.4f}" if version.cost_usd is not None else ""
    when = version.created_at[:16].replace("T", " ")
    indent = " " * (len(number) + 2)
    lines = [
        Content.assemble(
            ("▌" if current else " ", "$accent"),
            (f"{number} ", "bold"),
            (fitted(plain(source), width - 11 - len(number)), "bold" if current else ""),
            ("  shown" if head else "", "$success"),
        ),
        Content.styled(indent + fitted(f"{when}{cost}", width - len(indent)), MUTED),
    ]
    if version.instruction:
        instruction = f"“{one_line(version.instruction, width)}”"
        lines.append(Content.styled(indent + fitted(instruction, width - len(indent)), "$primary"))
    return Content("\n").join(lines)


def candidates_header(review: Review, layer: Layer, width: int) -> Content:
    what = Content.styled(f"Candidates: {title(review, layer)}", "bold $foreground")
    return two_sides(what, Content("lit: words that are new"), width)


def news(old: str, new: str) -> Content:
    """A text as it reads, with the words lit that another does not have."""
    old, new = plain(old), plain(new)
    return Content("").join(
        Content.styled(new[piece.new.start : piece.new.end], "" if piece.same else "$success")
        for piece in compare(old, new)
    )


def shown_now(old: str) -> Content:
    """The text that the candidates would take the place of."""
    return Content.assemble(("now  ", "bold"), (plain(old) or "(empty)", MUTED))


def candidate(number: int, version: Version, rejected: float | None, *, same: bool) -> Content:
    """A candidate's digit, where it comes from, and how much it resembles a text that was rejected."""
    cost = f" · ${version.cost_usd:.4f}" if version.cost_usd is not None else ""
    alike = "  the same as now" if same else f"  ≈ {rejected:.2f} like a rejected one" if rejected else ""
    return Content.assemble(
        (f" {number} ", "bold reverse"), (alike, "$warning"), (f"  {plain(version.model)}{cost}", MUTED)
    )


def compared(base: int | None, at: int) -> Content:
    if base is None:
        return Content.styled(f"version {at + 1}", MUTED)
    return Content.assemble(
        (f"from version {base + 1} to version {at + 1}:  ", MUTED),
        ("gone", "$error strike"), "  ", ("new", "$success bold underline"),
    )  # fmt: skip
