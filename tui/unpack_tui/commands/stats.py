"""`unpack-tui stats`: how far the work is, how it goes, and how far to trust it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from unpack_tui.options import database_option, database_path
from unpack_tui.terminal import count, data_out, duration, money, one_line, table

if TYPE_CHECKING:
    from unpack_core.stats import Agreed, Group, Pace, Stats
    from unpack_core.store import Store


@click.command(epilog="Example: unpack-tui stats --where 'lang:ru -tag:weak' --json | python -m json.tool")
@click.option("--where", default="", metavar="EXPR", help="Only the layers that this filter finds.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
@database_option
@click.pass_context
def stats(ctx: click.Context, where: str, as_json: bool) -> None:
    """Print progress, acceptance by kind, document, model, recipe and batch, pace, agreement, tags and cost.

    Acceptance is the share accepted of the layers that were decided, with its 95 % interval (Wilson's). The pace is
    that of the last session; ten minutes without a step end one. A filter narrows everything that is counted of layers;
    pairs, texts still to compare and what a model did not bring are those of the whole file.
    """
    from unpack_core.jsonl import dump_line
    from unpack_core.stats import collect
    from unpack_core.store import Store

    with Store.open(database_path(ctx)) as store:
        if as_json:
            data_out().write(dump_line(collect(store, where)))
        else:
            print_stats(store, where)


def print_stats(store: Store, where: str = "") -> None:
    """The numbers as tables for people, on stdout."""
    from unpack_core.stats import collect

    numbers = collect(store, where)
    for line in filter(None, _lines(numbers)):
        click.echo(line)
    _print_groups("kind", numbers["kinds"])
    _print_groups("model", numbers["models"])
    _print_groups("recipe", numbers["recipes"])
    _print_groups("batch", numbers["batches"])
    found = numbers["by_document"]
    _print_groups("document", found["listed"])
    if found["more"]:
        click.echo(f"… and {found['more']:,} more, none with more left than these")
    _print_agreement(numbers["recheck"]["kinds"], numbers["recheck"]["all"])
    unmade = {one_line(reason, 100): number for reason, number in numbers["unmade"].items()}
    _print_counts(unmade, "why a model brought no layers", "paragraphs")
    _print_counts(numbers["findings"], "found in pending layers", "layers")
    _print_counts(numbers["tags"], "tag", "layers")


def _lines(numbers: Stats) -> list[str]:
    layers, pairs, rest = numbers["layers"], numbers["duplicates"], numbers["to_compare"]
    each, waiting = numbers["cost_per_accepted_usd"], numbers["recheck"]["open"]
    return [
        f"{count(numbers['documents'], 'document')}, {count(numbers['paragraphs'], 'paragraph')}, "
        f"{count(layers['total'], 'layer')}: {layers['pending']:,} pending, {layers['accepted']:,} accepted, "
        f"{layers['rejected']:,} rejected, {layers['flagged']:,} flagged",
        f"{count(numbers['decisions'], 'decision')}, {count(numbers['edits'], 'edit')}; "
        f"models cost ${numbers['cost_usd']:.4f}" + (f", {money(each)} an accepted layer" if each is not None else ""),
        _pace(numbers["pace"], layers["pending"]),
        f"near-duplicate pairs: {pairs['open']:,} open, {pairs['settled']:,} settled"
        + (f"; {count(rest, 'text')} still to compare: unpack-tui dedupe" if rest else ""),
        f"preference pairs: {numbers['preference_pairs']:,}",
        f"asked again: {count(waiting, 'question')} open: unpack-tui recheck" if waiting else "",
    ]


def _pace(pace: Pace, left: int) -> str:
    if not pace["began"]:
        return ""
    when = "this session" if pace["running"] else f"the session of {pace['began'][:16].replace('T', ' ')} UTC"
    said = f"pace: {count(pace['decisions'], 'decision')}"
    if pace["per_minute"] is None or pace["minutes_left"] is None:
        return f"{said} in {when}, too few to tell"
    more = f"; {left:,} pending: {duration(60 * pace['minutes_left'])} more" if left else ""
    took = duration(60 * pace["minutes"])
    return f"{said} in {took} of {when}, {pace['per_minute']:,.1f} a minute{more}"


def _print_groups(title: str, groups: list[Group]) -> None:
    if not groups or (title == "recipe" and not any(group["name"] for group in groups)):
        return
    costs = any(group["cost_usd"] for group in groups)
    rows = [
        (
            one_line(group["name"], 40) or "not named", group["pending"], group["accepted"], group["rejected"],
            group["edited"], *_share(group), *([_cost(group)] if costs else []),
        )
        for group in groups
    ]  # fmt: skip
    heads = (title, "pending", "accepted", "rejected", "edited", "kept", "95 %", *(["cost each"] if costs else []))
    click.echo("\n" + table(rows, heads))


def _share(group: Group) -> tuple[str, str]:
    if group["kept"] is None or group["low"] is None or group["high"] is None:
        return "–", ""
    return f"{100 * group['kept']:.0f}%", f"{100 * group['low']:.0f} to {100 * group['high']:.0f}"


def _cost(group: Group) -> str:
    return money(group["cost_usd"] / group["accepted"]) if group["cost_usd"] and group["accepted"] else ""


def _print_agreement(kinds: list[Agreed], together: Agreed) -> None:
    if not kinds:
        return
    rows = []
    for found in [together, *kinds] if len(kinds) > 1 else kinds:
        kappa, interval = found["why_not"] or "–", ""
        if found["kappa"] is not None and found["low"] is not None and found["high"] is not None:
            kappa, interval = f"{found['kappa']:.2f}", f"{found['low']:.2f} to {found['high']:.2f}"
        rows.append((found["name"] or "all", found["n"], found["agreed"], kappa, interval))
    click.echo("\n" + table(rows, ("asked again", "answers", "the same", "Cohen's kappa", "95 %")))


def _print_counts(counts: Mapping[str, int], *heads: str) -> None:
    if counts:
        click.echo("\n" + table(list(counts.items()), heads))
