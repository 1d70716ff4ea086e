"""`unpack-tui dedupe`: which layers, or which paragraphs, nearly say the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from unpack_tui.options import Within, database_option, database_path
from unpack_tui.terminal import Progress, count, data_out, one_line, table

if TYPE_CHECKING:
    from unpack_core.duplicates.approximate import Recall
    from unpack_core.filter import Clause
    from unpack_core.store import Store

_GROUPS, _MEMBERS = 25, 10
"""So many groups are printed, and copies of each, the weightiest first; --json leaves out nothing."""

_LAYER_HEADS = ("group", "layer", "kind", "status", "score", "where", "text")
_PARAGRAPH_HEADS = ("group", "paragraph", "score", "where", "text")

Found = list[tuple[int, int, float, str]]
"""Pairs of layers or of paragraphs: a < b, score, state."""


@click.command(epilog="Example: unpack-tui dedupe --threshold 0.9 --json > pairs.jsonl")
@click.option("--threshold", type=Within(0.5, 1), metavar="0.85", help="The least ratio; for layers it is kept.")
@click.option("--where", default="", metavar="EXPR", help="Only pairs in which this filter finds a layer.")
@click.option("--of", "what", type=click.Choice(["layers", "paragraphs"]), default="layers", show_default=True,
              help="What is compared.")  # fmt: skip
@click.option("--approximate", is_flag=True, help="Past a million texts: most pairs, and what share of all they are.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per pair, for programs.")
@database_option
@click.pass_context
def dedupe(
    ctx: click.Context, threshold: float | None, where: str, what: str, approximate: bool, as_json: bool
) -> None:
    """Find near-duplicates, exactly: the pairs that comparing every layer with every other of its kind would give.

    What was compared before is not compared again, and what was settled stays settled. Ctrl+C keeps what is done.
    In the review, d shows the copies beside each other.

    --of paragraphs compares the sources themselves and stores nothing. --approximate (the extra of that name) takes
    candidates by MinHash, verifies each of them, says what share of all pairs it found, and stores nothing.
    """
    from unpack_core import duplicates
    from unpack_core.filter import compiled
    from unpack_core.store import Store

    with Store.open(database_path(ctx)) as store:
        clause = compiled(store, where) if where else None
        kept = what == "layers" and not approximate
        if threshold is not None and kept:
            duplicates.set_threshold(store, threshold)
        at = duplicates.threshold(store) if threshold is None else threshold
        progress = Progress()
        recall = None
        try:
            if approximate:
                found, recall = _estimated(store, what, clause, at, progress)
            elif what == "paragraphs":
                found = _paragraphs(store, clause, at, progress)
            else:
                duplicates.catch_up(store, lambda done, total: progress(f"{done:,} of {total:,} texts compared …"))
                found = [(pair.a, pair.b, pair.score, pair.state) for pair in duplicates.pairs(store, clause)]
        except KeyboardInterrupt:
            progress.done()
            left = f"{count(duplicates.to_compare(store), 'text')} still to compare, and what is done is kept"
            click.echo(f"Stopped: {left if kept else 'nothing of it is kept'}.", err=True)
            ctx.exit(130)
        progress.done()
        if as_json:
            _print_lines(found, approximate=approximate)
        else:
            _print_groups(store, what, found, at, approximate=approximate)
        if recall:
            click.echo(_recall(recall), err=True)


def _paragraphs(store: Store, clause: Clause | None, at: float, progress: Progress) -> Found:
    from unpack_core.duplicates.paragraphs import paragraph_texts
    from unpack_core.neardup import pairs

    texts = paragraph_texts(store)
    scored = pairs(
        [text for _, text in texts],
        at,
        progress=lambda done, total: progress(f"{100 * done // max(1, total)} % of the paragraphs compared …"),
    )
    return _wanted_paragraphs(store, clause, ((texts[one][0], texts[other][0], score) for one, other, score in scored))


def _wanted_paragraphs(store: Store, clause: Clause | None, scored: Iterable[tuple[int, int, float]]) -> Found:
    """Those of which the filter finds a paragraph. Paragraphs are never settled: the curator decides on layers."""
    from unpack_core.duplicates.paragraphs import found_paragraphs

    wanted = set(found_paragraphs(store, clause)) if clause else None
    return sorted((a, b, score, "open") for a, b, score in scored if wanted is None or a in wanted or b in wanted)


def _estimated(store: Store, what: str, clause: Clause | None, at: float, progress: Progress) -> tuple[Found, Recall]:
    from unpack_core.duplicates.approximate import approximate
    from unpack_core.duplicates.pairs import head_texts, with_states
    from unpack_core.duplicates.paragraphs import paragraph_texts

    kinds = [paragraph_texts(store)] if what == "paragraphs" else list(head_texts(store))
    scored, recall = approximate(kinds, at, lambda done, total: progress(f"{done:,} of {total:,} texts looked at …"))
    if what == "paragraphs":
        return _wanted_paragraphs(store, clause, scored), recall
    return [(pair.a, pair.b, pair.score, pair.state) for pair in with_states(store, scored, clause)], recall


def _recall(recall: Recall) -> str:
    least, most = recall.interval
    sample = f"{count(recall.texts, 'text')} compared with all others, exactly"
    if not recall.true:
        return f"Approximate. None of {sample}, has a near-duplicate: how many pairs were missed is not known."
    return (
        f"Approximate: {100 * recall.share:.1f} % of all pairs were found (95 % interval {100 * least:.1f} to "
        f"{100 * most:.1f} %), by a sample of {sample}: they have {count(recall.true, 'pair')}, and "
        f"{recall.found:,} of these are here."
    )


def _print_lines(found: Found, *, approximate: bool) -> None:
    from unpack_core.jsonl import dump_line

    more = {"approximate": True} if approximate else {}
    for a, b, score, state in found:
        data_out().write(dump_line({"a": a, "b": b, "score": score, "state": state, **more}))
    data_out().flush()


def _print_groups(store: Store, what: str, found: Found, threshold: float, *, approximate: bool) -> None:
    from unpack_core.neardup import groups

    members = groups(found)
    best: dict[int, float] = {}
    for a, b, score, _ in found:
        best[a], best[b] = max(score, best.get(a, 0)), max(score, best.get(b, 0))
    members.sort(key=lambda group: (-len(group), -best[group[0]], group))
    opened = sum(state == "open" for *_, state in found)
    settled = f"; {opened:,} open, {len(found) - opened:,} settled" if what == "layers" else ""
    about = "About " if approximate else ""
    click.echo(f"{about}{count(len(found), 'pair')} in {count(len(members), 'group')} at {threshold:g}{settled}")
    if not members:
        return
    heads = _LAYER_HEADS if what == "layers" else _PARAGRAPH_HEADS
    rows: list[Sequence[object]] = []
    for number, group in enumerate(members[:_GROUPS], 1):
        shown = _layer_rows(store, group) if what == "layers" else _paragraph_rows(store, group, best)
        rows += [(number if n == 0 else "", *row) for n, row in enumerate(shown)]
        if len(group) > _MEMBERS:
            rows.append(("", *[""] * (len(heads) - 2), f"… {len(group) - _MEMBERS:,} more"))
    click.echo("\n" + table(rows, heads))
    if len(members) > _GROUPS:
        click.echo(f"\n… and {count(len(members) - _GROUPS, 'group')} more: --json prints all.")
    if what == "layers":
        click.echo("\nA score is that with the copy to keep, which stands first. In the review: d")


def _layer_rows(store: Store, members: Sequence[int]) -> Iterable[Sequence[object]]:
    """The copy to keep, then the others by their likeness to it."""
    from unpack_core.duplicates.groups import group, score_between, scores_to

    copies = group(store, members).copies[:_MEMBERS]
    near = scores_to(store, copies[0])
    for copy in copies:
        layer = store.layer(copy.layer_id)
        if copy is copies[0]:
            score = "keep"
        else:
            score = f"{(near.get(copy.layer_id) or score_between(store, copies[0], copy)).value:.3f}"
        where = _place(store, layer.paragraph_id)
        yield layer.id, layer.kind, layer.status, score, where, one_line(layer.head.text, 44)


def _paragraph_rows(store: Store, members: Sequence[int], best: dict[int, float]) -> Iterable[Sequence[object]]:
    for paragraph_id in members[:_MEMBERS]:
        text = one_line(store.paragraph(paragraph_id).text, 60)
        yield paragraph_id, f"{best[paragraph_id]:.3f}", _place(store, paragraph_id), text


def _place(store: Store, paragraph_id: int) -> str:
    paragraph = store.paragraph(paragraph_id)
    return one_line(f"{store.document(paragraph.document_id).uri} ¶{paragraph.position + 1}", 32)
