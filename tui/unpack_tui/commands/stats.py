"""`unpack-tui stats`: how far the work is."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from unpack_tui.options import database_option, database_path
from unpack_tui.terminal import one_line, table

if TYPE_CHECKING:
    from unpack_core.store import Store


@click.command(epilog="Example: unpack-tui stats --json | python -m json.tool")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
@database_option
@click.pass_context
def stats(ctx: click.Context, as_json: bool) -> None:
    """Print progress, acceptance by kind, model and batch, tags and cost."""
    from unpack_core.jsonl import dump_line
    from unpack_core.stats import collect
    from unpack_core.store import Store

    with Store.open(database_path(ctx)) as store:
        if as_json:
            sys.stdout.buffer.write(dump_line(collect(store)))
        else:
            print_stats(store)


def print_stats(store: Store) -> None:
    """The numbers as tables for people, on stdout."""
    from unpack_core.stats import collect

    numbers = collect(store)
    layers = numbers["layers"]
    click.echo(
        f"{numbers['documents']:,} documents, {numbers['paragraphs']:,} paragraphs, {layers['total']:,} layers: "
        f"{layers['pending']:,} pending, {layers['accepted']:,} accepted, {layers['rejected']:,} rejected, "
        f"{layers['flagged']:,} flagged"
    )
    click.echo(
        f"{numbers['decisions']:,} decisions, {numbers['edits']:,} edits; models cost ${numbers['cost_usd']:.4f}"
    )
    pairs = numbers["duplicates"]
    rest = numbers["to_compare"]
    click.echo(
        f"near-duplicate pairs: {pairs['open']:,} open, {pairs['settled']:,} settled"
        + (f"; {rest:,} texts are still to compare: unpack-tui dedupe" if rest else "")
    )
    for title, group in (("kind", numbers["kinds"]), ("model", numbers["models"]), ("batch", numbers["batches"])):
        rows = [
            (row["name"], row["pending"], row["accepted"], row["rejected"], _share(row["accepted"], row["rejected"]))
            for row in group
        ]
        if rows:
            click.echo("\n" + table(rows, (title, "pending", "accepted", "rejected", "kept")))
    if numbers["unmade"]:
        unmade = [(one_line(reason, 100), number) for reason, number in numbers["unmade"].items()]
        click.echo("\n" + table(unmade, ("why a model brought no layers", "paragraphs")))
    if numbers["findings"]:
        click.echo("\n" + table(list(numbers["findings"].items()), ("found in pending layers", "layers")))
    if numbers["tags"]:
        click.echo("\n" + table(list(numbers["tags"].items()), ("tag", "layers")))


def _share(accepted: int, rejected: int) -> str:
    decided = accepted + rejected
    return f"{100 * accepted / decided:.0f}%" if decided else "–"
