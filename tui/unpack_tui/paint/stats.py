"""The numbers as a page: how far, how fast, how good, in one column or two, with bars that need no colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.cells import cell_len
from textual.content import Content

from unpack_core.plain import one_line, plain
from unpack_core.review import Review
from unpack_core.stats import Agreed, Group, Pace, Stats
from unpack_tui.command_lines import db_option
from unpack_tui.paint.common import MUTED, fitted, two_sides
from unpack_tui.terminal import count, duration, money

Lines = list[Content]

_TWO_COLUMNS = 104
"""Cells from which there is room for two columns."""
_GAP = 4
_LISTED = 8
"""Rows of makers, tags, findings and reasons."""
_DOCUMENTS = 12
_ROOM_FOR_FIGURES = 24
"""Cells of a scale from which the ends of its interval are given in figures too."""
_ROOM_FOR_EDITED = 64
"""Cells of a column from which it says how many accepted texts the curator edited."""
_SPARKS = "▁▂▃▄▅▆▇█"


def stats_header(numbers: Stats | None, where: str, review: Review, width: int) -> Content:
    """Of what the numbers are."""
    what = f"Stats of {one_line(where, 60)}" if where else "Stats"
    return two_sides(
        Content.styled(what, "bold $foreground"),
        Content.styled("counting …" if numbers is None else plain(review.store.path.name), MUTED),
        width,
    )


def stats(numbers: Stats, review: Review, width: int) -> Content:
    """The whole page for so many cells."""
    titles = {kind.id: kind.title("en") for kind in review.recipe.kinds}
    two = width >= _TWO_COLUMNS
    column = (width - _GAP) // 2 if two else width
    left = [
        _progress(numbers, column),
        _pace(numbers["pace"], numbers["layers"]["pending"]),
        _documents(numbers, column),
        _cost(numbers),
        _counted("Found in what is pending", numbers["findings"], column, "$warning"),
        _counted("Tags", {f"#{tag}": number for tag, number in numbers["tags"].items()}, column, "$accent"),
        _counted("Why a model brought no layers, by paragraphs", numbers["unmade"], column, "$error"),
    ]
    right = [
        _kinds(numbers["kinds"], titles, column),
        _makers("Model", numbers["models"], column),
        _makers("Recipe", numbers["recipes"], column) if any(one["name"] for one in numbers["recipes"]) else [],
        _makers("Batch", numbers["batches"], column),
        _agreement(numbers, titles, column, plain(db_option(review))),
    ]
    if two:
        return Content("\n").join(_beside(_page(left, column), _page(right, column), column))
    progress, pace, documents, cost, *rest = left
    kinds, *makers, agreement = right
    return Content("\n").join(_page([progress, pace, kinds, documents, *makers, cost, agreement, *rest], column))


# --- the blocks ------------------------------------------------------------------------------------------------


def _progress(numbers: Stats, width: int) -> Lines:
    layers = numbers["layers"]
    decided = layers["accepted"] + layers["rejected"]
    pairs = numbers["duplicates"]
    about = [
        count(numbers["documents"], "document"),
        count(numbers["paragraphs"], "paragraph"),
        *([count(numbers["edits"], "edit")] if numbers["edits"] else []),
        *([f"{layers['flagged']:,} flagged"] if layers["flagged"] else []),
    ]
    lines = [
        _heading("How far"),
        _bar(layers["accepted"], layers["rejected"], layers["total"], width),
        Content.assemble(
            (f"{decided:,}", "bold"), (f" of {layers['total']:,} decided", MUTED),
            (f" · {_percent(decided, layers['total'])}" if layers["total"] else "", "bold"),
        ),
        Content.assemble(
            ("━ ", "$success"), f"{layers['accepted']:,} accepted   ",
            ("╍ ", "$error"), f"{layers['rejected']:,} rejected   ",
            ("─ ", MUTED), f"{layers['pending']:,} open",
        ),
        Content.styled(" · ".join(about), MUTED),
    ]  # fmt: skip
    waiting = [
        f"{count(pairs['open'], 'near-duplicate pair')} open, {pairs['settled']:,} settled"
        if any(pairs.values())
        else "",
        f"{count(numbers['to_compare'], 'text')} not compared yet" if numbers["to_compare"] else "",
        count(numbers["preference_pairs"], "preference pair") if numbers["preference_pairs"] else "",
        f"{count(numbers['drafts'], 'half-typed edit')} waiting" if numbers["drafts"] else "",
    ]
    return [*lines, *(Content.styled(fitted(said, width), MUTED) for said in waiting if said)]


def _pace(pace: Pace, left: int) -> Lines:
    if not pace["began"]:
        return [_heading("Pace"), Content.styled("Nothing was decided here yet.", MUTED)]
    when = "this session" if pace["running"] else f"on {pace['began'][:10]}"
    said = count(pace["decisions"], "decision")
    if pace["per_minute"] is None or pace["minutes_left"] is None:
        return [_heading("Pace"), Content.styled(f"{said} {when}: too few to tell a pace", MUTED)]
    lines = [
        _heading("Pace"),
        Content.assemble(
            (f"{pace['per_minute']:,.1f}", "bold"),
            (f" a minute · {said} in {duration(60 * pace['minutes'])} {when}", MUTED),
        ),
    ]
    if left:
        more = duration(60 * pace["minutes_left"])
        lines.append(Content.assemble((f"{left:,} open: ", MUTED), (more, "bold"), (" more at that pace", MUTED)))
    return [*lines, Content.styled(_sparks(pace["bars"]), "$primary")] if len(pace["bars"]) > 2 else lines


def _cost(numbers: Stats) -> Lines:
    if not numbers["cost_usd"]:
        return []
    each = numbers["cost_per_accepted_usd"]
    said = [(money(numbers["cost_usd"]), "bold"), (" for the models", MUTED)]
    if each is not None:
        said += [(" · ", MUTED), (money(each), "bold"), (" an accepted layer", MUTED)]
    return [_heading("Cost"), Content.assemble(*said)]


def _documents(numbers: Stats, width: int) -> Lines:
    found = numbers["by_document"]
    if not found["listed"]:
        return []
    bar = width // 3
    name = width - bar - 16
    lines = [_heads(("Document", name, False), ("", bar + 1, False), ("open", 8, True), ("done", 7, True))]
    for group in found["listed"][:_DOCUMENTS]:
        decided = group["accepted"] + group["rejected"]
        whole = decided + group["pending"]
        lines.append(
            Content.assemble(
                _padded(group["name"], name), _bar(group["accepted"], group["rejected"], whole, bar),
                f" {_short(group['pending']):>8}{_percent(decided, whole):>7}",
            )
        )  # fmt: skip
    more = found["more"] + len(found["listed"][_DOCUMENTS:])
    if more:
        lines.append(Content.styled(f"… and {more:,} more, none with more left than these", MUTED))
    return lines


def _kinds(groups: Sequence[Group], titles: Mapping[str, str], width: int) -> Lines:
    if not groups:
        return []
    name = min(20, width // 3)
    bar = max(8, (width - name - 26) // 3)
    plot = width - name - bar - 18
    lines = [
        _heads(("Kind", name, False), ("done", bar + 1, False), ("open", 7, True), ("  accepted of decided", 0, False))
    ]
    for group in groups:
        whole = group["pending"] + group["accepted"] + group["rejected"]
        lines.append(
            Content.assemble(
                _padded(titles.get(group["name"], group["name"]), name),
                _bar(group["accepted"], group["rejected"], whole, bar),
                f" {_short(group['pending']):>7}  ", *_kept(group, plot),
            )
        )  # fmt: skip
    return lines


def _makers(what: str, groups: Sequence[Group], width: int) -> Lines:
    """Acceptance with its interval, and what an accepted layer cost where that is known."""
    if not groups:
        return []
    priced = any(group["cost_usd"] for group in groups)
    edited = width >= _ROOM_FOR_EDITED
    plot = max(10, width // 5)
    name = width - plot - 17 - (8 if edited else 0) - (10 if priced else 0)
    heads = [(what, name, False), ("decided", 9, True), ("  accepted", plot + 8, False)]
    heads[2:2] = [("edited", 8, True)] if edited else []
    lines = [_heads(*heads, *([("cost each", 10, True)] if priced else []))]
    for group in groups[-_LISTED:]:
        decided = group["accepted"] + group["rejected"]
        each = group["cost_usd"] / group["accepted"] if group["cost_usd"] and group["accepted"] else None
        lines.append(
            Content.assemble(
                _padded(group["name"] or "not named", name), f"{_short(decided):>9}",
                f"{_short(group['edited']):>8}  " if edited else "  ",
                *_kept(group, plot), f"{money(each) if each is not None else '':>10}" if priced else "",
            )
        )  # fmt: skip
    if len(groups) > _LISTED:
        lines.append(Content.styled(f"… and {len(groups) - _LISTED:,} before these", MUTED))
    return lines


def _agreement(numbers: Stats, titles: Mapping[str, str], width: int, db: str) -> Lines:
    found = numbers["recheck"]
    lines = [_heading("You, asked again")]
    if found["all"]["n"]:
        name = min(20, width // 3)
        lines = [_heads(("You, asked again", name, False), ("the same", 12, True), ("  Cohen's kappa", 0, False))]
        lines += [_agreed("all", found["all"], name, width)] if len(found["kinds"]) > 1 else []
        lines += [_agreed(titles.get(kind["name"], kind["name"]), kind, name, width) for kind in found["kinds"]]
    if found["open"]:
        lines.append(Content.styled(f"{count(found['open'], 'question')} open: unpack-tui recheck{db}", MUTED))
    elif not found["all"]["n"]:
        lines.append(Content.styled(f"unpack-tui recheck --share 0.05{db}", MUTED))
    return lines


def _agreed(title: str, found: Agreed, name: int, width: int) -> Content:
    same = f"{found['agreed']:,} of {found['n']:,}"
    start = f"{_padded(title, name)}{same:>12}  "
    if found["kappa"] is None or found["low"] is None or found["high"] is None:
        return Content.assemble(start, (found["why_not"], MUTED))
    low, kappa, high = (max(0.0, end) for end in (found["low"], found["kappa"], found["high"]))  # below 0 is chance
    figures = f" {found['kappa']:.2f} ({found['low']:.2f}–{found['high']:.2f})"
    return Content.assemble(start, _interval(low, kappa, high, width - cell_len(start) - len(figures)), figures)


def _counted(what: str, counts: Mapping[str, int], width: int, colour: str) -> Lines:
    if not counts:
        return []
    most = max(counts.values())
    bar = width // 3
    name = width - bar - 9
    lines = [_heading(what)]
    for said, number in list(counts.items())[:_LISTED]:
        full = "━" * max(1, round(bar * number / most))
        lines.append(
            Content.assemble(_padded(one_line(said, name), name), (full.ljust(bar), colour), f"{_short(number):>8}")
        )
    if len(counts) > _LISTED:
        lines.append(Content.styled(f"… and {len(counts) - _LISTED:,} more", MUTED))
    return lines


# --- the parts of a line ---------------------------------------------------------------------------------------


def _heading(text: str) -> Content:
    return Content.styled(text, "bold $accent")


def _heads(*columns: tuple[str, int, bool]) -> Content:
    """Headings over columns of so many cells; True stands to the right."""
    (what, width, _), *others = columns
    words = "".join(name.rjust(size) if right else name.ljust(size) for name, size, right in others)
    return Content.assemble((what.ljust(width), "bold $accent"), (words, MUTED))


def _padded(text: str, width: int) -> str:
    text = fitted(plain(text), width - 1)
    return text + " " * (width - cell_len(text))


def _bar(accepted: int, rejected: int, whole: int, width: int) -> Content:
    """What was accepted, what was rejected, and the rest."""
    kept = round(width * accepted / whole) if whole else 0
    done = round(width * (accepted + rejected) / whole) if whole else 0
    return Content.assemble(
        ("━" * kept, "$success"), ("╍" * (done - kept), "$error"), ("─" * (width - done), MUTED)
    )  # fmt: skip


def _kept(group: Group, width: int) -> list[Content | str]:
    """The share accepted as a point in its interval, and in figures."""
    if group["kept"] is None or group["low"] is None or group["high"] is None:
        return [Content.styled("·" * width, MUTED), f"{'–':>6}"]
    figures = f" ({100 * group['low']:.0f}–{100 * group['high']:.0f})".ljust(9) if width >= _ROOM_FOR_FIGURES else ""
    plot = _interval(group["low"], group["kept"], group["high"], width - len(figures))
    return [plot, f"{100 * group['kept']:>4.0f} %", Content.styled(figures, MUTED)]


def _interval(low: float, value: float, high: float, width: int) -> Content:
    """A scale from 0 to 1 with the interval and the value in it."""
    if width < 5:
        return Content("")
    first, at, last = (min(width - 1, int(width * part)) for part in (low, value, high))
    return Content.assemble(
        ("·" * first, MUTED), ("─" * (at - first), "$primary"), ("●", "bold $success"),
        ("─" * (last - at), "$primary"), ("·" * (width - 1 - last), MUTED),
    )  # fmt: skip


def _sparks(counts: Sequence[int]) -> str:
    most = max([1, *counts])
    return "".join(_SPARKS[round((len(_SPARKS) - 1) * number / most)] for number in counts)


def _percent(part: int, whole: int) -> str:
    if not whole:
        return "–"
    share = round(100 * part / whole)
    return f"{share if part == whole else min(share, 99)} %"  # all is said of all alone


def _short(number: int) -> str:
    """A number in at most six cells."""
    if number < 100_000:
        return f"{number:,}"
    return f"{number / 1000:.0f}k" if number < 999_500 else f"{number / 1_000_000:.1f}M"


# --- the page --------------------------------------------------------------------------------------------------


def _page(blocks: Sequence[Lines], width: int) -> Lines:
    """The blocks that say something, a blank line between them, no line wider than that."""
    lines: Lines = []
    for block in filter(None, blocks):
        lines += [Content(""), *block] if lines else block
    return [line.truncate(width, ellipsis=True) for line in lines]


def _beside(left: Lines, right: Lines, width: int) -> Lines:
    blank = Content("")
    rows = max(len(left), len(right))
    left, right = ([*side, *[blank] * (rows - len(side))] for side in (left, right))
    return [one + " " * (width + _GAP - one.cell_length) + other for one, other in zip(left, right, strict=True)]
