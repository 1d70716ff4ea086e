"""The review: the source, its layers, and the lines around them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from unpack_core.duplicates import resembled_rejects, resembles
from unpack_core.findings import Finding
from unpack_core.grounding import ground
from unpack_core.model import Layer, Origin, Span, Status
from unpack_core.plain import one_line, plain
from unpack_core.queue import Arrangement
from unpack_core.recheck import second_answer
from unpack_core.review import Review
from unpack_core.walk import View
from unpack_tui.keys import HELP, Key
from unpack_tui.paint.common import (
    ANSWER,
    COLOURS,
    FAULT,
    GLYPHS,
    LOST,
    MUTED,
    ORDERS,
    QUOTE,
    fitted,
    gist,
    title,
    two_sides,
)

if TYPE_CHECKING:
    from unpack_tui.maker import Job

_GAP = "   "
"""Between two keys at the foot of a screen."""


def quotations(review: Review) -> list[Span]:
    """Where the source holds the quotations of the layer in view, in order."""
    if not review.view or not review.layer:
        return []
    found = [place.span for _, place in ground(review.layer.head.text, review.view.paragraph.text) if place]
    return sorted(found, key=lambda span: span.start)


def source(review: Review, lit: Iterable[Span]) -> Content:
    """The paragraph with its quoted words lit."""
    if not review.view:
        said = "This database is empty.\n\nBring your own text and a batch:"
        bring = _to_type(review, "import essays/ batch.jsonl")
        return Content.styled(f"{said}\n{bring}\n\nOr look around first:\n  unpack-tui demo", MUTED)
    content = Content(plain(review.view.paragraph.text))
    for finding in review.findings(review.layer) if review.layer else ():
        if finding.span_in_source:
            content = content.stylize(FAULT, finding.span_in_source.start, finding.span_in_source.end)
    for span in lit:
        content = content.stylize(f"{QUOTE} bold underline", span.start, span.end)
    return _with_hits(review, content, review.view.paragraph.text)


def _to_type(review: Review, words: str) -> str:
    """A command line on this file, for who has nothing to review yet."""
    from unpack_tui.command_lines import command_line  # who has something does not wait for it

    return plain(f"  {command_line(review, words, '')}")


def _with_hits(review: Review, content: Content, text: str) -> Content:
    """The words that are looked for, lit."""
    for span in review.lit(text):
        content = content.stylize("reverse", span.start, span.end)
    return content


def list_height(review: Review, screen_height: int) -> int:
    """Rows for the list: one a layer, at most two fifths of the screen, the same for a paragraph without any."""
    count = len(review.view.layers) if review.view else 0
    return max(1, min(max(count, 9), screen_height * 2 // 5))


def layer_list(review: Review, width: int) -> Content:
    """One row a layer: status, kind, marks."""
    if not review.view:
        return Content("")
    if not review.view.layers:
        return Content.styled("No layers yet.", MUTED)
    faulty = review.faulty()
    return Content("\n").join(
        _row(review, layer, n == review.at, width, layer.id in faulty) for n, layer in enumerate(review.view.layers)
    )


def _row(review: Review, layer: Layer, current: bool, width: int, faulty: bool) -> Content:
    name, signs, colour = title(review, layer), _signs(layer, faulty), COLOURS[layer.status]
    tags = fitted(_tags(layer), max(0, width - cell_len(name) - cell_len(signs) - 7))
    marks = " ".join(filter(None, [tags, signs]))
    room = width - cell_len(name) - cell_len(marks) - 6
    preview = fitted("  " + one_line(gist(layer.head.text), width), room) if room > 12 else ""
    # The row in view differs in its name alone: a move repaints two names, not two rows.
    return Content.assemble(
        ("▌" if current else " ", "$accent"),
        (f"{GLYPHS[layer.status]} ", colour),
        (name, f"{colour} bold on $boost" if current else colour),
        (preview, MUTED),
        " " * max(1, width - 3 - cell_len(name) - cell_len(preview) - cell_len(marks)),
        (marks, "$warning"),
    )


def _tags(layer: Layer) -> str:
    return plain(" ".join(f"#{tag}" for tag in layer.tags))


def _signs(layer: Layer, faulty: bool) -> str:
    return " ".join(["▲"] * faulty + ["⚑"] * layer.flagged)


def layer_strip(review: Review, width: int) -> Content:
    """All layers in one row, for a narrow screen: their statuses, then the one in view by name."""
    layer = review.layer
    if not review.view or not layer:
        return Content.styled("No layers yet." if review.view else "", MUTED)
    parts: list[Content] = []
    for n, other in enumerate(review.view.layers[:40]):
        style = COLOURS[other.status] + (" reverse bold" if n == review.at else "")
        parts.append(Content.styled(GLYPHS[other.status], style))
    count = f" {review.at + 1} of {len(review.view.layers)}"
    strip = Content("").join(parts) + Content.assemble(
        (f"  {title(review, layer)}", f"{COLOURS[layer.status]} bold"),
        (count, MUTED),
        ("  " + " ".join(filter(None, [_signs(layer, layer.id in review.faulty()), _tags(layer)])), "$warning"),
    )
    return strip.truncate(width, ellipsis=True)


def about(review: Review) -> Content:
    """Where the text in view comes from."""
    layer = review.layer
    if not layer:
        return Content("")
    head = layer.head
    words = [head.origin.value]
    if head.model not in ("", head.origin):
        words.append(head.model)
    words.append(f"version {layer.number} of {layer.versions}" if layer.versions > 1 else head.created_at[:10])
    if layer.status != Status.PENDING:
        words.append(layer.status.value)
    if head.origin == Origin.OFFLINE:
        words.append("a draft without a model")
    return Content.styled(plain(" · ".join(words)), MUTED)


def layer_text(review: Review, duplicates_key: str) -> Content:
    """The layer in view, and below it what was found in it and what it resembles, which a key shows."""
    layer = review.layer
    if not review.view:
        return Content("")
    if not layer:
        ways = [_to_type(review, words) for words in ("generate --dry-run", "generate --offline")]
        nothing = "Nothing was generated for this paragraph. In another window, a model or rules write what is missing:"
        return Content.styled("\n".join([nothing, *ways]), MUTED)
    text, found = layer.head.text, review.findings(layer)
    words = _with_hits(review, layer_words(text, review.view.paragraph.text, found), text)
    content = words if text.strip() else Content.styled("(empty)", MUTED)
    said = faults(found)
    if second := second_answer(review.store, layer):
        said.append(Content.assemble(("↻ asked again ", "$warning"), (f"you said {second}", MUTED)))
    said += _likenesses(review, layer, duplicates_key)
    return Content("\n").join([content, Content(""), *said]) if said else content


def layer_words(text: str, source: str, found: Sequence[Finding]) -> Content:
    """A layer's text: numbers muted, quotations in the colour that lights them in the source, answers apart, faults."""
    content = Content(plain(text))
    for item, grounding in ground(text, source):
        for span, style in (
            (item.number_span, MUTED),
            (item.quotation_span, QUOTE if grounding else LOST),
            (item.bracket_span, ANSWER),
        ):
            if span:
                content = content.stylize(style, span.start, span.end)
    for finding in found:
        if finding.span_in_layer and finding.name != "quote-not-found":  # that is lit already
            content = content.stylize(FAULT, finding.span_in_layer.start, finding.span_in_layer.end)
    return content


def faults(found: Sequence[Finding]) -> list[Content]:
    """What was found in a text, in a line each."""
    return [Content.assemble((f"▲ {finding.name} ", "$warning"), (plain(finding.message), MUTED)) for finding in found]


def _likenesses(review: Review, layer: Layer, duplicates_key: str) -> list[Content]:
    """What says nearly the same and is not settled: what was rejected first, now or before, then the most alike."""
    alike = [pair for pair in resembles(review.store, layer.id) if pair.state == "open"]
    others = [(pair.score, review.store.layer(pair.a if pair.b == layer.id else pair.b).status) for pair in alike[:9]]
    if layer.status == Status.PENDING:
        others += [(one.score, Status.REJECTED) for one in resembled_rejects(review.store, layer.id)]
    if not others:
        return []
    score, status = next((other for other in others if other[1] == Status.REJECTED), others[0])
    what = {Status.REJECTED: "one that was rejected", Status.ACCEPTED: "one that was accepted"}.get(status, "another")
    count = len(others) + len(alike[9:])
    more = f", and {count - 1} more" if count > 1 else ""
    said = f"resembles {what}{more}: {duplicates_key} shows it"
    return [Content.assemble((f"≈ {score:.2f} ", "$warning"), (said, MUTED))]


def coming(review: Review, asked: Job) -> tuple[Content, Content]:
    """Who writes, and what; until something has come, the old text stands there, muted."""
    does = "is asked" if not asked.text else "writes"
    what = f"{asked.count} candidates, this is one" if asked.count > 1 else "a new version"
    who = f"{plain(asked.model)} {does}" if asked.model else "rules draft it, offline"
    about = Content.assemble((who, "$accent"), (f" · {what}", MUTED))
    if asked.text:
        return about, Content.assemble((plain(asked.text), "$foreground"), ("▌", "$accent"))
    return about, Content.styled(plain(review.layer.head.text) if review.layer else "", MUTED)


def header(review: Review, width: int) -> Content:
    """Which document, under which heading."""
    if not review.view:
        return Content("unpack-tui")
    name = review.view.document.title or review.view.document.uri
    where = f"{name} › {review.view.paragraph.place}" if review.view.paragraph.place not in ("", name) else name
    left = Content.assemble((_became(review.view), "$warning"), (plain(where), "bold $foreground"))
    return two_sides(left, Content(plain(review.view.document.uri)), width)


def _became(view: View) -> str:
    """What the curator should know of a source that is not any more what the layers were written for."""
    if view.paragraph.removed_at:
        return "No longer in the source: "
    older = any(layer.head.created_at < view.paragraph.changed_at for layer in view.layers)
    return "Changed in the source: " if older else ""


def status(review: Review, width: int) -> Content:
    """How far, and the tags that digits toggle."""
    if not review.view:
        return Content.styled("0 paragraphs", MUTED)
    through = " ".join(filter(None, [review.filter, review.search]))
    if review.arrangement != Arrangement.DOCUMENT:
        through = " ".join(filter(None, [through, f"({ORDERS[review.arrangement]})"]))
    far = Content.assemble(
        (f"{one_line(through, 40)}  " if through else "", "$accent bold"),
        ("¶ ", MUTED), f"{review.view.number:,}", (f" of {review.total:,}", MUTED),
        ("  ·  ", MUTED), f"{review.left:,}", (" left", MUTED),
        ("  ·  ", MUTED), f"{max(0, review.decided):,}", (" decided now", MUTED),
    )  # fmt: skip
    mine = review.layer.tags if review.layer else ()
    parts = [
        Content.assemble((f"{n} ", MUTED), (plain(tag), "$warning bold" if tag in mine else MUTED))
        for n, tag in enumerate(review.store.tags()[:9], 1)
    ]
    return two_sides(far, Content("  ").join(parts), width)


def hints(keys: Iterable[Key], width: int) -> Content:
    """The keys that a newcomer needs, as many as fit, and always the way back and the key that tells of all others;
    where nothing can be done with most, those that do something."""
    hinted = [key for key in keys if key.hint]
    possible = [key for key in hinted if not key.why_not]
    shown = possible if 3 * len(possible) < len(hinted) else hinted
    always = [key for key in shown if key.action == HELP.action or "esc" in key.names]
    last = [_hint(key) for key in sorted(always, key=lambda key: key.action == HELP.action)]
    first = list[Content]()
    room = width - sum(len(_GAP) + entry.cell_length for entry in last)
    for entry in (_hint(key) for key in shown if key not in always):
        if entry.cell_length > room:
            break
        first.append(entry)
        room -= entry.cell_length + len(_GAP)
    return Content(_GAP).join([*first, *last])


def _hint(key: Key) -> Content:
    return Content.assemble((key.names[0], "" if key.why_not else "bold $foreground"), f" {key.label}")
