"""`unpack-tui dedupe`: which layers nearly say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from unpack_tui.options import database_option, database_path
from unpack_tui.terminal import Progress, count, data_out, one_line, table

if TYPE_CHECKING:
    from unpack_core.duplicates import Pair
    from unpack_core.store import Store


@click.command(epilog="Example: unpack-tui dedupe --threshold 0.9 --json > pairs.jsonl")
@click.option("--threshold", type=float, metavar="0.85", help="From which ratio on; kept for this database.")
@click.option("--where", default="", metavar="EXPR", help="Only pairs of which this filter finds a layer.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a pair, for programs.")
@database_option
@click.pass_context
def dedupe(ctx: click.Context, threshold: float | None, where: str, as_json: bool) -> None:
    """Find near-duplicates, exactly: the pairs that comparing every layer with every other of its kind would give.

    What was compared before is not compared again, and what was settled stays settled. Ctrl+C keeps what is done.
    """
    from unpack_core import duplicates
    from unpack_core.filter import compiled, layer_ids
    from unpack_core.jsonl import dump_line
    from unpack_core.store import Store

    with Store.open(database_path(ctx)) as store:
        wanted = set(layer_ids(store, compiled(store, where))) if where else None
        if threshold is not None:
            duplicates.set_threshold(store, threshold)
        progress = Progress()
        duplicates.catch_up(store, lambda done, total: progress(f"{done:,} of {total:,} texts compared …"))
        progress.done()
        found = [pair for pair in duplicates.pairs(store) if wanted is None or {pair.a, pair.b} & wanted]
        if as_json:
            for pair in found:
                data_out().write(
                    dump_line({"a": pair.a, "b": pair.b, "score": pair.score, "state": pair.state})
                )
            data_out().flush()
        else:
            _print(store, found, duplicates.threshold(store))


def _print(store: Store, found: list[Pair], threshold: float) -> None:
    groups = _groups(found)
    opened = sum(pair.state == "open" for pair in found)
    click.echo(f"{count(len(found), 'pair')} in {count(len(groups), 'group')} at {threshold:g}; {opened:,} open")
    rows = []
    for n, members in enumerate(groups, 1):
        best = {layer_id: max(p.score for p in found if layer_id in (p.a, p.b)) for layer_id in members}
        for layer_id in members:
            layer = store.layer(layer_id)
            paragraph = store.paragraph(layer.paragraph_id)
            where = f"{store.document(paragraph.document_id).uri} ¶{paragraph.position + 1}"
            text = one_line(layer.head.text, 44)
            rows.append((n, layer_id, layer.kind, layer.status, f"{best[layer_id]:.3f}", one_line(where, 28), text))
    if rows:
        click.echo("\n" + table(rows, ("group", "layer", "kind", "status", "score", "where", "text")))


def _groups(found: list[Pair]) -> list[list[int]]:
    from unpack_core.neardup import groups

    return groups((pair.a, pair.b, pair.score) for pair in found)
