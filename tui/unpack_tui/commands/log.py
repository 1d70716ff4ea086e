"""`unpack-tui log`: what was decided, newest last."""

from __future__ import annotations

import click

from unpack_tui.options import database_option, database_path
from unpack_tui.terminal import data_out, in_a_line, one_line, tell


@click.command(epilog="Example: unpack-tui log --json | tail -1")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")
@click.option("--all", "everything", is_flag=True, help="Also the layers that imports and generation added.")
@database_option
@click.pass_context
def log(ctx: click.Context, as_json: bool, everything: bool) -> None:
    """Print the log of decisions, edits and undone steps, newest last."""
    from unpack_core.history import entries
    from unpack_core.jsonl import dump_line
    from unpack_core.store import Store

    path = database_path(ctx)
    with Store.open(path) as store:
        out, told = data_out(), False
        for entry in entries(store, additions=everything):
            told = True
            if as_json:
                out.write(dump_line(entry.as_row()))
            else:
                where = f"{entry.document} ¶{entry.position + 1} {entry.kind}"
                when = entry.at[:19].replace("T", " ")
                click.echo(f"{when}  {entry.action:<10}  {one_line(where, 48):<48}  {in_a_line(entry.said())}")
        out.flush()
    if not told:
        tell(f"Nothing was decided in {path} yet.")
