"""`unpack-tui doctor`: is the file sound, and what is this terminal like?"""

from __future__ import annotations

import os
import shutil

import click

from unpack_tui.options import database_option, database_path
from unpack_tui.terminal import plain


@click.command(epilog="Example: unpack-tui doctor --db essays.db")
@database_option
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Check the database's invariants (exit code 1 if one is broken) and report what the terminal can do."""
    from unpack_core.doctor import examine
    from unpack_core.store import Store

    sound = True
    with Store.open(database_path(ctx)) as store:
        for check in examine(store):
            click.echo(f"{'✗' if check.broken else '✓'} {check.name}")
            for sentence in check.broken:
                click.echo(f"    {plain(sentence)}")
                sound = False
    columns, rows = shutil.get_terminal_size()
    click.echo(f"· terminal {columns}×{rows}, {_colours()}")
    click.echo(f"· ANTHROPIC_API_KEY is {'set' if os.environ.get('ANTHROPIC_API_KEY') else 'not set'}")
    ctx.exit(0 if sound else 1)


def _colours() -> str:
    if "NO_COLOR" in os.environ:
        return "no colours (NO_COLOR is set)"
    if os.environ.get("COLORTERM") in ("truecolor", "24bit"):
        return "16 million colours"
    return "256 colours" if "256" in os.environ.get("TERM", "") else "16 colours"
