"""`unpack-tui export`: training data, to standard output or into a file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from unpack_tui.options import database_option, database_path
from unpack_tui.terminal import count, plain

if TYPE_CHECKING:
    from unpack_core.model import Status

_PRESETS = (
    "layers", "chat", "chat-per-layer", "prompt-completion", "preference", "dialogue", "pretrain", "alpaca", "sharegpt",
    "w3c",
)  # fmt: skip
_STATUSES = ("pending", "accepted", "rejected", "all")


def _words(_: click.Context, __: click.Parameter, value: str | None) -> tuple[str, ...]:
    """`a,b` as a tuple."""
    return tuple(word.strip() for word in (value or "").split(",") if word.strip())


def _statuses(ctx: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    words = _words(ctx, parameter, value)
    for word in words:
        if word not in _STATUSES:
            raise click.BadParameter(f"“{word}” is none of {', '.join(_STATUSES)}.")
    return words


@click.command(epilog="Example: unpack-tui export chat --where lang:ru -o train.jsonl.gz")
@click.argument("preset", default="chat", type=click.Choice(_PRESETS), metavar="[PRESET]")
@click.option("-o", "output", metavar="PATH", type=click.Path(), help="A file, written whole or not at all.")
@click.option("--where", default="", metavar="EXPR", help="Only what this filter finds.")
@click.option("--status", metavar="S,…", callback=_statuses, help="accepted if not said; for layers: all.")
@click.option("--kinds", metavar="K,…", callback=_words, help="Only these kinds of layers.")
@click.option("--lang", "langs", metavar="L,…", callback=_words, help="Only paragraphs in these languages.")
@click.option("--exclude-model", "without", multiple=True, metavar="PATTERN", help="Nothing that this model wrote.")
@click.option("--place", type=click.Choice(("after", "inline", "before")), default="after", show_default=True,
              help="pretrain: where the unpackings stand.")  # fmt: skip
@click.option("--mix", metavar="PATH", type=click.Path(), help="pretrain: a plain corpus to mix the documents into.")
@click.option("--annotated-share", type=click.FloatRange(0, 1), default=0.1, show_default=True,
              help="pretrain --mix: the share that is ours.")  # fmt: skip
@click.option("--unit", type=click.Choice(("chars", "docs", "tokens")), default="chars", show_default=True,
              help="pretrain --mix: what the share is counted in.")  # fmt: skip
@click.option("--tokenizer", metavar="FILE", type=click.Path(), help="--unit tokens: a tokenizer.json.")
@click.option("--check", "checked", is_flag=True, help="Open what -o wrote as its consumers would.")
@click.option("--reasoning", type=click.Choice(("field", "think", "none")), default="field", show_default=True,
              help="dialogue: where the reasoning stands.")  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True, help="Of what varies.")
@database_option
@click.pass_context
def export(
    ctx: click.Context,
    preset: str,
    output: str | None,
    where: str,
    status: tuple[str, ...],
    kinds: tuple[str, ...],
    langs: tuple[str, ...],
    without: tuple[str, ...],
    place: str,
    mix: str | None,
    annotated_share: float,
    unit: str,
    tokenizer: str | None,
    checked: bool,
    reasoning: str,
    seed: int,
) -> None:
    """Write training data from what was accepted, as JSON lines.

    PRESET is one of layers, chat (if none is named), chat-per-layer, prompt-completion, preference, dialogue,
    pretrain, alpaca, sharegpt and w3c. Without -o the lines go to standard output. The same database gives the same
    bytes.
    """
    from pathlib import Path

    from unpack_core.export import PRESETS, Options, Place, Reasoning, Wanted, one_moment, rows_of, to_file, to_stream
    from unpack_core.export.check import check
    from unpack_core.export.mix import Mixture, Unit, measure, mixed, plain_rows
    from unpack_core.recipe import built_in
    from unpack_core.store import Store

    if mix and preset != "pretrain":
        raise click.UsageError("--mix goes with pretrain.")
    if checked and output is None:
        raise click.UsageError("--check looks at what -o wrote: name a file.")
    chosen = PRESETS[preset]
    wanted = Wanted(where, _wanted(status, chosen.status), kinds, langs, without, chosen.drafts)
    with Store.open(database_path(ctx)) as store:
        rows = rows_of(store, built_in(), chosen, wanted, Options(seed, Place(place), Reasoning(reasoning)))
        mixture = Mixture(annotated_share, Unit(unit)) if mix else None
        if mix and mixture:
            size = measure(Unit(unit), Path(tokenizer) if tokenizer else None)
            rows = mixed(rows, plain_rows(Path(mix)), mixture, size)
        with one_moment(store):
            if output is None:
                to_stream(rows, sys.stdout.buffer)
            else:
                number = to_file(rows, Path(output))
                click.echo(f"Wrote {count(number, 'line')} to {output}.", err=True)
        if mixture:
            share, wanted_share = 100 * mixture.share, 100 * mixture.wanted
            click.echo(f"Annotated: {share:.2f} % of all {unit}, {wanted_share:g} % asked for.", err=True)
    faults = check(preset, [Path(output)]) if checked and output else []
    for fault in faults:
        click.echo(plain(fault), err=True)
    ctx.exit(1 if faults else 0)


def _wanted(words: tuple[str, ...], default: frozenset[Status]) -> frozenset[Status]:
    from unpack_core.export import EVERY_STATUS
    from unpack_core.model import Status

    if not words:
        return default
    return EVERY_STATUS if "all" in words else frozenset(Status(word) for word in words)
