"""`unpack-tui import`: files become paragraphs and layers."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

import click

from unpack_tui.commands.comparing import compare_new
from unpack_tui.options import NamedPath, config_folder, database_option, database_path
from unpack_tui.terminal import Progress, count, one_line, tell

if TYPE_CHECKING:
    from unpack_core.corpus import Record
    from unpack_core.generate.elsewhere import Returned
    from unpack_core.intake import Intake

_NAMED = 10
"""New documents that a dry run names."""
_CHECKED = 10_000
"""Layers, some seconds; of a larger import the rest is checked while the review is open."""


@click.command("import", epilog="Example: unpack-tui import essays/ batch.jsonl")
@click.argument("paths", nargs=-1, required=True, type=NamedPath(), metavar="PATH…")
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["txt", "md", "jsonl", "csv"]),
    help="What the files are, where their names do not say.",
)
@click.option("--text-field", default="text", show_default=True, help="JSONL and CSV: the field that holds the text.")
@click.option("--id-field", help="JSONL and CSV: the field that names a record.")
@click.option("--lang", default="", help="The language of all texts, such as en or ru, instead of looking at each.")
@click.option("--encoding", help="Read files in this encoding.")
@click.option("--no-repair", is_flag=True, help="Leave text that was stored in a wrong code page as it is.")
@click.option("--dry-run", is_flag=True, help="Say what would come in; change nothing.")
@database_option
@click.pass_context
def import_(
    ctx: click.Context,
    paths: tuple[str, ...],
    file_format: str | None,
    text_field: str,
    id_field: str | None,
    lang: str,
    encoding: str | None,
    no_repair: bool,
    dry_run: bool,
) -> None:
    """Take in sources and batches: files, folders, or - for stdin.

    Text (.txt), Markdown (.md), chat logs in Markdown callouts, JSON lines (.jsonl), CSV and results of Message Batches
    are read, packed ones (.gz) too. What is already there is not added again, so a run can be repeated. A source that
    changed keeps its layers. A bad line is named and skipped; the good ones are kept, and the exit code is 1.
    """
    from unpack_core import checks
    from unpack_core.corpus import Arrival, BatchResult, ReadOptions, read
    from unpack_core.generate.elsewhere import Returned, Returns
    from unpack_core.generate.ledger import Ledger
    from unpack_core.generate.price import Prices
    from unpack_core.intake import Intake, take_in
    from unpack_core.store import Store

    records = read(
        paths,
        ReadOptions(
            format=file_format,
            text_field=text_field,
            id_field=id_field,
            lang=lang,
            encoding=encoding,
            repair=not no_repair,
        ),
        stdin=sys.stdin.buffer,
    )
    progress = Progress()
    path = database_path(ctx)
    head = _up_to_the_first_paragraph(records)
    returned = None
    faults: dict[str, int] = {}
    if not any(isinstance(record, (Arrival, BatchResult)) for record in head):  # nothing to store: no database for it
        intake = Intake.of(head)
    else:
        new = any(isinstance(record, Arrival) for record in head)  # results belong to a database that is there
        with Store.rehearsal(path) if dry_run else Store.open(path, create=new) as store:
            returns = Returns(Ledger(store), lambda: Prices.load(config_folder() / "prices.toml"))
            returned = returns.returned
            intake = take_in(
                store,
                chain(head, records),
                source=os.fsencode(" ".join(paths)).decode("utf-8", "backslashreplace"),
                progress=lambda so_far: progress(f"{so_far.new_paragraphs + so_far.known_paragraphs:,} paragraphs …"),
                answered=lambda result: returns.take(result.custom_id, result.result),
            )
            checks.catch_up_all(store, _CHECKED, lambda left: progress(f"{left:,} layers to check …"))
            faults = checks.counts_in(store, intake.batch_id) if intake.batch_id else {}
    progress.done()
    if returned and returned != Returned():
        click.echo(_results(returned), err=True)
    for line in chain(_report(intake, dry_run=dry_run), _faults(faults), _left_out(intake)):
        tell(line)
    if not dry_run and (intake.new_layers or (returned and returned.layers)):
        with Store.open(path) as store:
            compare_new(store)
    ctx.exit(1 if intake.left_out else 0)


def _results(returned: Returned) -> str:
    parts = [f"Results of Message Batches: {count(returned.layers, 'layer')}"]
    if returned.failed:
        parts.append(f"{returned.failed:,} came to nothing")
    if returned.known:
        parts.append(f"{returned.known:,} taken before")
    if returned.foreign:
        more = returned.foreign - len(returned.strangers)
        names = ", ".join(one_line(custom_id, 64) for custom_id in returned.strangers)
        parts.append(
            f"{returned.foreign:,} left alone, of requests that are not of this database: "
            f"{names}{f', and {more:,} more' if more else ''}"
        )
    return "; ".join(parts) + "."


def _up_to_the_first_paragraph(records: Iterator[Record]) -> list[Record]:
    from unpack_core.corpus import Arrival, BatchResult

    head = []
    for record in records:
        head.append(record)
        if isinstance(record, (Arrival, BatchResult)):
            break
    return head


def _changes(intake: Intake) -> Iterator[str]:
    """What became of sources that changed."""
    if intake.changed:
        said = f"Changed in their sources: {count(intake.changed, 'paragraph')}"
        if intake.kept_quotations or intake.lost_quotations:
            said += f"; {count(intake.kept_quotations, 'quotation')} of their layers found again"
        if intake.lost_quotations:
            said += f", {intake.lost_quotations:,} not: unpack-tui review --where finding:quote-not-found"
        yield said if intake.lost_quotations else f"{said}."
    if intake.removed:
        gone = count(intake.removed, "paragraph")
        yield f"No longer in their sources: {gone}, kept with their layers: unpack-tui review --where paragraph:removed"
    if intake.back:
        yield f"In their sources again: {count(intake.back, 'paragraph')}."


def _report(intake: Intake, *, dry_run: bool) -> Iterator[str]:
    from unpack_core.intake import LONG

    for notice in intake.notices:
        yield f"{notice.where}: {notice.message}"
    for trouble in intake.troubles:
        yield (
            f"{trouble.where}, line {trouble.line}: {trouble.reason}"
            if trouble.line
            else f"{trouble.where}: {trouble.reason}"
        )
    if intake.left_out > len(intake.troubles):
        yield f"… and {intake.left_out - len(intake.troubles):,} more that could not be read."
    if intake.brought or not intake.left_out:  # of a name that was mistyped its own sentence is enough
        verb = "Would add" if dry_run else "Added"
        yield (
            f"{verb} {count(intake.new_documents, 'document')}, {count(intake.new_paragraphs, 'paragraph')} "
            f"and {count(intake.new_layers, 'layer')}."
        )
    if intake.known_paragraphs or intake.known_layers:
        yield (
            f"There already: {count(intake.known_paragraphs, 'paragraph')} and {count(intake.known_layers, 'layer')}."
        )
    yield from _changes(intake)
    if dry_run:
        yield from _details(intake)
    if intake.long:
        odd = count(intake.long, "paragraph is", "paragraphs are")
        yield f"{odd} longer than {LONG:,} characters: is that how the source was meant to be split?"


def _details(intake: Intake) -> Iterator[str]:
    if intake.documents:
        more = intake.new_documents - _NAMED
        names = ", ".join(intake.documents[:_NAMED])
        yield f"New documents: {names}{f', and {more:,} more' if more > 0 else ''}."
    if intake.languages:
        yield f"Languages: {_counted({lang or 'not told': n for lang, n in intake.languages.most_common()})}."
    if intake.kinds:
        yield f"Layers: {_counted(dict(intake.kinds.most_common()))}."


def _faults(faults: dict[str, int]) -> Iterator[str]:
    if faults:
        yield f"Faults found in the new layers: {_counted(faults)} (unpack-tui review --where finding:any)."


def _left_out(intake: Intake) -> Iterator[str]:
    if intake.left_out > 1 or (intake.left_out and intake.brought):
        what = count(intake.left_out, "line or file", "lines or files")
        yield f"{what} left out; mend and import again: only what is missing is added."


def _counted(numbers: dict[str, int]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in numbers.items())
