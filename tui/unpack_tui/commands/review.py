"""`unpack-tui review`: the screen."""

from __future__ import annotations

import sys

import click

from unpack_core.errors import StoreError
from unpack_tui.options import database_option, database_path


@click.command(epilog="Example: unpack-tui review --where 'kind:analogy status:pending'")
@click.option("--where", default="", metavar="EXPR", help="Only what this filter finds; F changes it, esc ends it.")
@database_option
@click.pass_context
def review(ctx: click.Context, where: str) -> None:
    """Go through the layers with single keys; `?` shows them."""
    open_review(ctx, where)


def open_review(ctx: click.Context, where: str = "") -> None:
    """Open the screen on the database that was named, on what a filter finds if there is one."""
    from unpack_core.filter import check
    from unpack_core.store import Store

    with Store.open(database_path(ctx)) as store:
        check(where)
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise StoreError("The review needs a terminal. Without one there are: unpack-tui stats, log and export.")
        from unpack_tui.app import UnpackApp, curators_config  # Textual takes 0.4 s: only the screen pays for it

        app = UnpackApp(store, curators_config())
        if where and not app.review.narrow(where):
            raise StoreError(f"Nothing matches {where}. unpack-tui stats says what there is.")
        app.run_to_end()
