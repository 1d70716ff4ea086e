"""What the screens show, as styled text: pure functions from the review to `Content`.

Texts of sources and models go through `plain`, which keeps their length, so that a position in a text is the same
position on the screen; they are never read as markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from textual.content import Content

from unpack_core.diff import compare
from unpack_core.duplicates import Pair
from unpack_core.events import Change
from unpack_core.filter import Completion, Count
from unpack_core.grounding import ground
from unpack_core.model import Layer, Origin, Span, Status, Version
from unpack_core.notation import parse
from unpack_core.plain import one_line, plain
from unpack_core.review import Review
from unpack_core.selection import Arrangement
from unpack_core.stats import Group, Stats
from unpack_core.store import Step
from unpack_tui.keys import Key

ORDERS = {
    Arrangement.DOCUMENT: "document order",
    Arrangement.PROBLEMS: "problems first",
    Arrangement.CERTAIN: "most certain first",
    Arrangement.NEWEST: "newest first",
}
WALKED = (Arrangement.DOCUMENT, Arrangement.CERTAIN, Arrangement.NEWEST)
"""What `o` goes through. Problems first waits for the findings: without them it would order by nothing."""
GLYPHS = {Status.PENDING: "○", Status.ACCEPTED: "✓", Status.REJECTED: "✗"}
NOTHING_HERE = "This paragraph has no layers: n goes to the next one."

_COLOURS = {Status.PENDING: "$foreground", Status.ACCEPTED: "$success", Status.REJECTED: "$error"}
_MUTED = "$muted"
_QUOTE = "$accent"
_ANSWER = "$primary"
_LOST = "$error underline"


def edge(direction: int) -> str:
    return "This is the end." if direction > 0 else "This is the beginning."


# --- source ----------------------------------------------------------------------------------------------------


def quotations(review: Review, text: str | None = None) -> list[Span]:
    """Where the source holds the quotations of the layer in view, or of a text that is being written, in order."""
    if not review.view or (text is None and not review.layer):
        return []
    if text is None and review.layer:
        text = review.layer.head.text
    found = [grounding.span for _, grounding in ground(text or "", review.view.paragraph.text) if grounding]
    return sorted(found, key=lambda span: span.start)


def source(review: Review, lit: Iterable[Span]) -> Content:
    """The paragraph with its quoted words lit."""
    if not review.view:
        return Content.styled(
            "This database is empty.\n\nBring your own text and a batch:\n  unpack-tui import essays/ batch.jsonl\n\n"
            "Or look around first:\n  unpack-tui demo",
            _MUTED,
        )
    content = Content(plain(review.view.paragraph.text))
    for span in lit:
        content = content.stylize(f"{_QUOTE} bold underline", span.start, span.end)
    return _with_hits(review, content, review.view.paragraph.text)


def _with_hits(review: Review, content: Content, text: str) -> Content:
    """The words that are looked for, lit."""
    for span in review.lit(text):
        content = content.stylize("reverse", span.start, span.end)
    return content


# --- layers ----------------------------------------------------------------------------------------------------


def title(review: Review, layer: Layer) -> str:
    """The kind's title in the interface's language."""
    kind = review.recipe.kind(layer.kind)
    return kind.title("en") if kind else layer.kind


def list_height(review: Review, screen_height: int) -> int:
    """Rows for the list: one a layer, at most two fifths of the screen, the same for a paragraph without any."""
    count = len(review.view.layers) if review.view else 0
    return max(1, min(max(count, 9), screen_height * 2 // 5))


def layer_list(review: Review, width: int) -> Content:
    """One row a layer: status, kind, marks."""
    if not review.view:
        return Content("")
    if not review.view.layers:
        return Content.styled("No layers yet.", _MUTED)
    return Content("\n").join(_row(review, layer, n == review.at, width) for n, layer in enumerate(review.view.layers))


def _row(review: Review, layer: Layer, current: bool, width: int) -> Content:
    name, marks, colour = title(review, layer), _marks(layer), _COLOURS[layer.status]
    room = width - cell_len(name) - cell_len(marks) - 6
    preview = _fitted("  " + one_line(_gist(layer.head.text), width), room) if room > 12 else ""
    # The row in view differs in its name alone: a move repaints two names, not two rows.
    return Content.assemble(
        ("▌" if current else " ", "$accent"),
        (f"{GLYPHS[layer.status]} ", colour),
        (name, f"{colour} bold on $boost" if current else colour),
        (preview, _MUTED),
        " " * max(1, width - 3 - cell_len(name) - cell_len(preview) - cell_len(marks)),
        (marks, "$warning"),
    )


def _gist(text: str) -> str:
    items = parse(text)
    return items[0].text if items and items[0].text else text


def _fitted(text: str, width: int) -> str:
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


def _marks(layer: Layer) -> str:
    marks = [f"#{tag}" for tag in layer.tags]
    if layer.flagged:
        marks.append("⚑")
    return plain(" ".join(marks))


def layer_strip(review: Review, width: int) -> Content:
    """All layers in one row, for a narrow screen: their statuses, then the one in view by name."""
    layer = review.layer
    if not review.view or not layer:
        return Content.styled("No layers yet." if review.view else "", _MUTED)
    parts: list[Content] = []
    for n, other in enumerate(review.view.layers[:40]):
        style = _COLOURS[other.status] + (" reverse bold" if n == review.at else "")
        parts.append(Content.styled(GLYPHS[other.status], style))
    count = f" {review.at + 1} of {len(review.view.layers)}"
    strip = Content("").join(parts) + Content.assemble(
        (f"  {title(review, layer)}", f"{_COLOURS[layer.status]} bold"),
        (count, _MUTED),
        ("  " + _marks(layer), "$warning"),
    )
    return strip.truncate(width, ellipsis=True)


def about(review: Review) -> Content:
    """Where the text in view comes from."""
    layer = review.layer
    if not layer:
        return Content("")
    head = layer.head
    words = [head.origin.value]
    if head.model:
        words.append(head.model)
    words.append(f"version {layer.versions}" if layer.versions > 1 else head.created_at[:10])
    if layer.status != Status.PENDING:
        words.append(layer.status.value)
    if head.origin == Origin.OFFLINE:
        words.append("a draft without a model")
    return Content.styled(plain(" · ".join(words)), _MUTED)


def layer_text(review: Review) -> Content:
    """The layer in view: numbers muted, quotations in the colour that lights them in the source, answers apart."""
    layer = review.layer
    if not review.view:
        return Content("")
    if not layer:
        return Content.styled(
            "Nothing was generated for this paragraph.\nIn another window: unpack-tui import a batch for it.", _MUTED
        )
    text = layer.head.text
    if not text.strip():
        return Content.styled("(empty)", _MUTED)
    content = Content(plain(text))
    for item, grounding in ground(text, review.view.paragraph.text):
        for span, style in (
            (item.number_span, _MUTED),
            (item.quotation_span, _QUOTE if grounding else _LOST),
            (item.bracket_span, _ANSWER),
        ):
            if span:
                content = content.stylize(style, span.start, span.end)
    return _with_hits(review, content, text)


# --- lines -----------------------------------------------------------------------------------------------------


def header(review: Review, width: int) -> Content:
    """Which document, under which heading."""
    if not review.view:
        return Content("unpack-tui")
    name = review.view.document.title or review.view.document.uri
    where = f"{name} › {review.view.paragraph.place}" if review.view.paragraph.place not in ("", name) else name
    return _two_sides(Content.styled(plain(where), "bold $foreground"), Content(plain(review.view.document.uri)), width)


def edit_header(review: Review, width: int) -> Content:
    what = f"Editing: {title(review, review.layer)}" if review.layer else ""
    return _two_sides(Content.styled(what, "bold $foreground"), Content("the source stays in view"), width)


def status(review: Review, width: int) -> Content:
    """How far, and the tags that digits toggle."""
    if not review.view:
        return Content.styled("0 paragraphs", _MUTED)
    through = " ".join(filter(None, [review.filter, review.search]))
    if review.arrangement != Arrangement.DOCUMENT:
        through = " ".join(filter(None, [through, f"({ORDERS[review.arrangement]})"]))
    far = Content.assemble(
        (f"{one_line(through, 40)}  " if through else "", "$accent bold"),
        ("¶ ", _MUTED), f"{review.view.number:,}", (f" of {review.total:,}", _MUTED),
        ("  ·  ", _MUTED), f"{review.left:,}", (" left", _MUTED),
        ("  ·  ", _MUTED), f"{review.decided:,}", (" decided now", _MUTED),
    )  # fmt: skip
    mine = review.layer.tags if review.layer else ()
    parts = [
        Content.assemble((f"{n} ", _MUTED), (plain(tag), "$warning bold" if tag in mine else _MUTED))
        for n, tag in enumerate(review.store.tags()[:9], 1)
    ]
    return _two_sides(far, Content("  ").join(parts), width)


def _two_sides(left: Content, right: Content, width: int) -> Content:
    room = width - left.cell_length - 2
    if right.cell_length > room:
        right = right.truncate(room, ellipsis=True) if room > 8 else Content("")
    gap = width - left.cell_length - right.cell_length
    return (left + " " * max(0, gap) + right).truncate(width, ellipsis=True)


def message(text: str) -> Content:
    return Content.styled(plain(text), "$foreground")


def hints(keys: Iterable[Key], width: int) -> Content:
    """The keys that a newcomer needs, as many as fit."""
    line = Content("")
    for key in keys:
        if not key.hint:
            continue
        entry = Content.assemble((key.names[0], "bold $foreground"), f" {key.label}")
        joined = line + "   " + entry if line else entry
        if joined.cell_length > width:
            break
        line = joined
    return line


def edit_keys(told: str) -> Content:
    line = Content.assemble(("ctrl+s", "bold $foreground"), " keep   ", ("esc", "bold $foreground"), " leave")
    return line + Content.styled(f"   {told}", "$warning") if told else line


def help_sheet(keys: Sequence[Key]) -> Content:
    """All keys; what is not possible now is greyed."""
    width = max(cell_len(" ".join(key.names)) for key in keys) + 2
    lines = [
        Content.assemble(
            (" ".join(key.names).ljust(width), "bold $accent" if key.enabled else _MUTED),
            (key.sentence, "$foreground" if key.enabled else _MUTED),
        )
        for key in keys
    ]
    head, foot = Content.styled("Keys", "bold"), Content.styled("esc  back", _MUTED)
    return Content("\n").join([head, Content(""), *lines, Content(""), foot])


# --- what was done ---------------------------------------------------------------------------------------------


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
    if "flagged" in after:
        return "which is flagged now" if after["flagged"] else "which is not flagged now"
    return f"tagged {' '.join(after['tags'])}" if after.get("tags") else "without tags now"


def done(numbers: Stats, review: Review) -> Content:
    """The end of the queue."""
    layers = numbers["layers"]
    return Content.assemble(
        ("Every layer is decided.\n\n", "bold $success"),
        f"{layers['accepted']:,} accepted, {layers['rejected']:,} rejected",
        f", {layers['flagged']:,} flagged" if layers["flagged"] else "",
        (f"; {review.decided:,} of them in this session.\n\n" if review.decided else ".\n\n"),
        "Training data from what you accepted:\n",
        (f"  unpack-tui export chat -o chat.jsonl{_db(review)}\n\n", "$accent"),
        "Everything, to keep or to move:\n",
        (f"  unpack-tui export layers -o layers.jsonl{_db(review)}\n\n", "$accent"),
        ("esc  look again     u  undo     q  quit", _MUTED),
    )


def _db(review: Review) -> str:
    path = review.store.path
    return "" if path.name == "unpack.db" and len(path.parts) == 1 else f" --db {plain(str(path))}"


def stats(numbers: Stats) -> Content:
    """Progress and acceptance, with bars."""
    layers = numbers["layers"]
    decided = layers["accepted"] + layers["rejected"]
    lines = [
        Content.styled("How far", "bold"),
        Content(""),
        Content.assemble(_bar(decided, layers["total"], 30), f"  {decided:,} of {layers['total']:,} layers decided"),
        Content.styled(
            f"{numbers['documents']:,} documents · {numbers['paragraphs']:,} paragraphs · {numbers['edits']:,} edits · "
            f"{layers['flagged']:,} flagged",
            _MUTED,
        ),
    ]
    for name, group in (("Kind", numbers["kinds"]), ("Model", numbers["models"])):
        if group:
            lines += [Content(""), *_group(name, group)]
    if numbers["tags"]:
        tags = "  ".join(f"#{plain(tag)} {count:,}" for tag, count in numbers["tags"].items())
        lines += [Content(""), Content.styled("Tags", "bold"), Content.styled(tags, "$warning")]
    return Content("\n").join([*lines, Content(""), Content.styled("esc  back", _MUTED)])


def _group(name: str, rows: Sequence[Group]) -> list[Content]:
    lines = [Content.styled(f"{name:<20}{'open':>9}{'kept':>9}{'dropped':>9}   kept of decided", "bold")]
    for row in rows:
        label = _fitted(plain(row["name"]) or "–", 19)
        decided = row["accepted"] + row["rejected"]
        lines.append(
            Content.assemble(
                label + " " * (20 - cell_len(label)),
                f"{row['pending']:>9,}{row['accepted']:>9,}{row['rejected']:>9,}   ",
                _bar(row["accepted"], decided, 12),
                f" {100 * row['accepted'] / decided:.0f} %" if decided else "",
            )
        )
    return lines


def _bar(part: int, whole: int, width: int) -> Content:
    filled = round(width * part / whole) if whole else 0
    return Content.assemble(("━" * filled, "$success"), ("─" * (width - filled), _MUTED))


# --- versions and differences ----------------------------------------------------------------------------------


def text(words: str) -> Content:
    """A text as it is."""
    return Content(plain(words)) if words.strip() else Content.styled("(empty)", _MUTED)


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
    return Content("").join(parts) if parts else Content.styled("(empty)", _MUTED)


def versions_header(review: Review, width: int) -> Content:
    what = f"Versions: {title(review, review.layer)}" if review.layer else ""
    return _two_sides(Content.styled(what, "bold $foreground"), Content("nothing is overwritten"), width)


def version_list(versions: Sequence[Version], at: int, head: int, width: int) -> tuple[Content, tuple[int, int]]:
    """Two or three rows a version, and where the one in view stands among them, in code points."""
    blocks = [_version(n, version, n == at, version.id == head, width) for n, version in enumerate(versions)]
    start = sum(len(block) + 1 for block in blocks[:at])
    return Content("\n").join(blocks), (start, start + len(blocks[at]))


def _version(n: int, version: Version, current: bool, head: bool, width: int) -> Content:
    source = " · ".join(filter(None, [version.origin.value, version.model]))
    tokens = (version.input_tokens or 0) + (version.output_tokens or 0)
    cost = f" · {tokens:,} tokens" if tokens else ""
    cost += f" · ${version.cost_usd:.4f}" if version.cost_usd is not None else ""
    when = version.created_at[:16].replace("T", " ")
    lines = [
        Content.assemble(
            ("▌" if current else " ", "$accent"),
            (f"{n + 1} ", "bold"),
            (one_line(source, width - 16), "bold" if current else ""),
            ("  shown" if head else "", "$success"),
        ),
        Content.styled(one_line(f"   {when}{cost}", width), _MUTED),
    ]
    if version.instruction:
        instruction = f"“{one_line(version.instruction, width)}”"
        lines.append(Content.styled("   " + _fitted(instruction, width - 3), "$primary"))
    return Content("\n").join(lines)


def compared(base: int | None, at: int) -> Content:
    if base is None:
        return Content.styled(f"version {at + 1}", _MUTED)
    return Content.assemble(
        (f"from version {base + 1} to version {at + 1}:  ", _MUTED),
        ("gone", "$error strike"), "  ", ("new", "$success bold underline"),
    )  # fmt: skip


# --- filters and bulk ------------------------------------------------------------------------------------------


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
            (one_line(one.meaning, 60), _MUTED),
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
            (f"{GLYPHS[layer.status]} {title(review, layer)}  ", _COLOURS[layer.status]),
            (one_line(_gist(layer.head.text), 44), _MUTED),
        )
        for layer in sample
    ]
    if size > len(sample):
        lines.append(Content.styled(f"… and {size - len(sample):,} more", _MUTED))
    return Content("\n").join(lines)


# --- near-duplicates -------------------------------------------------------------------------------------------


def pairs_header(pairs: Sequence[Pair], at: int, rest: int, width: int) -> Content:
    """Which pair of how many, and how alike they are."""
    what = f"Near-duplicates: {at + 1} of {len(pairs)}" if pairs else "Near-duplicates"
    score = f"{100 * pairs[at].score:.1f} % alike" if pairs else ""
    more = f"{rest:,} texts not compared yet" if rest else ""
    right = Content("  ".join(filter(None, [more, score])))
    return _two_sides(Content.styled(what, "bold $foreground"), right, width)


def copy_header(review: Review, layer: Layer, number: int, uri: str, position: int) -> Content:
    colour = _COLOURS[layer.status]
    return Content.assemble(
        (f"{number} ", "bold $accent"),
        (f"{GLYPHS[layer.status]} {title(review, layer)}", f"{colour} bold"),
        (plain(f"  {uri} ¶{position + 1} · {layer.head.origin.value}"), _MUTED),
    )


def copy_text(mine: str, other: str) -> Content:
    """A copy with what it alone has lit, and what is shared muted."""
    parts = []
    mine, other = plain(mine), plain(other)
    for piece in compare(other, mine):
        words = mine[piece.new.start : piece.new.end]
        parts.append(Content.styled(words, _MUTED if piece.same else "$accent bold underline"))
    return Content("").join(parts) if parts else Content.styled("(empty)", _MUTED)


def no_pairs(rest: int) -> Content:
    if rest:
        return Content.styled("No pair is open. Some texts were not compared yet:\n\n  unpack-tui dedupe", _MUTED)
    return Content.styled("No pair is open.", _MUTED)
