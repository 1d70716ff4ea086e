"""`unpack-tui review`: the screen."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING

import click

from unpack_core.errors import StoreError
from unpack_tui.options import CANDIDATES, DEFAULT_MODEL, database_option, database_path, model_option, recipe_option
from unpack_tui.terminal import no_screen

if TYPE_CHECKING:
    from unpack_core.recipe import Recipe


@click.command(epilog="Example: unpack-tui review --where 'kind:analogy status:pending'")
@click.option("--where", default="", metavar="EXPR", help="Only what this filter finds; F changes it, esc ends it.")
@click.option(
    "--candidates",
    type=click.IntRange(2, 9),
    default=CANDIDATES,
    show_default=True,
    metavar="N",
    help="How many new texts c asks for.",
)
@model_option
@recipe_option
@database_option
@click.pass_context
def review(ctx: click.Context, where: str, candidates: int, model: str, recipe: Recipe) -> None:
    """Go through the layers with single keys; `?` shows them all.

    --model and --recipe apply to what you ask for again.
    """
    open_review(ctx, where.strip(), model=model, recipe=recipe, candidates=candidates)


def open_review(
    ctx: click.Context,
    where: str = "",
    *,
    model: str | None = None,
    recipe: Recipe | None = None,
    candidates: int = CANDIDATES,
) -> None:
    """Open the screen on the database that was named, on what a filter finds if there is one."""
    from unpack_core.store import Store

    with Store.open(database_path(ctx)) as store:
        if where:
            from unpack_core.filter import compiled

            compiled(store, where)
        if why := no_screen():
            raise StoreError(f"{why} Without one there are: unpack-tui stats, log and export.")
        # What is made on the way to the first picture stays: looking through it for rubbish takes 60 ms.
        gc.disable()
        from unpack_tui.app import UnpackApp, curators_config  # Textual takes 0.4 s: only the screen pays for it
        from unpack_tui.memory import settle

        model = model or os.environ.get("UNPACK_MODEL") or DEFAULT_MODEL
        app = UnpackApp(store, curators_config(), model=model, recipe=recipe, candidates=candidates, painted=settle)
        if where:  # found beside the first picture
            app.review.begin_in(where)
        app.run_to_end()
        if app.review.missed:
            raise StoreError(f"Nothing matches {where}. unpack-tui stats says what there is.")
