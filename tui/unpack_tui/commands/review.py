"""`unpack-tui review`: the screen."""

from __future__ import annotations

import sys

import click

from unpack_core.errors import StoreError
from unpack_tui.options import database_option, database_path


@click.command(epilog="Example: unpack-tui review --db essays.db")
@database_option
@click.pass_context
def review(ctx: click.Context) -> None:
    """Go through the layers with single keys; `?` shows them."""
    open_review(ctx)


def open_review(ctx: click.Context) -> None:
    """Open the screen on the database that was named."""
    from unpack_core.store import Store

    with Store.open(database_path(ctx)) as store:
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise StoreError("The review needs a terminal. Without one there are: unpack-tui stats, log and export.")
        from unpack_tui.app import UnpackApp, curators_config  # Textual takes 0.4 s: only the screen pays for it

        UnpackApp(store, curators_config()).run_to_end()
