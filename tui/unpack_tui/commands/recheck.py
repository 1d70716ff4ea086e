"""`unpack-tui recheck`: the curator's own decisions again, blind."""

from __future__ import annotations

import click

from unpack_tui.options import Within, database_option, database_path
from unpack_tui.terminal import count, no_screen

_A_CENTURY = 36_525
"""In days."""


@click.command(epilog="Example: unpack-tui recheck --share 0.05 --older-than 14")
@click.option(
    "--share",
    type=Within(0, 1, min_open=True),
    metavar="0.05",
    help="Draw this share of the decisions that may be asked again.",
)
@click.option("--where", default="", metavar="EXPR", help="Only decisions on layers that this filter finds.")
@click.option("--kinds", metavar="A,B", help="Only decisions on these kinds.")
@click.option(
    "--older-than",
    type=Within(0, _A_CENTURY),
    default=0,
    metavar="DAYS",
    help="Only decisions so old that you may have forgotten them.",
)
@click.option(
    "--seed", type=int, default=0, metavar="N", show_default=True, help="The same decisions for the same seed."
)
@click.option("--drop", is_flag=True, help="Take back the questions that are not answered yet.")
@database_option
@click.pass_context
def recheck(
    ctx: click.Context, share: float | None, where: str, kinds: str | None, older_than: float, seed: int, drop: bool
) -> None:
    """Ask you again about a share of your own decisions, without showing them, so that you know how far to trust them.

    Only decisions are asked again that you took one by one, that still stand, and on texts that you did not write; each
    text once. In a terminal the questions open at once; without --share, those that are still open do. Your answers
    change no layer and no export: stats compares them with your decisions, and the filter recheck:differs finds where
    they differ.
    """
    from unpack_core import recheck as core
    from unpack_core.filter import compiled, quote
    from unpack_core.store import Store

    if share is None and (where or kinds or older_than):
        raise click.UsageError("--where, --kinds and --older-than narrow a draw: add --share 0.05.")
    if drop and share is not None:
        raise click.UsageError("--drop takes questions back and --share draws them: one at a time.")
    with Store.open(database_path(ctx)) as store:
        if drop:
            click.echo(f"Took back {count(core.drop(store), 'question')}; what was answered stays.", err=True)
            return
        if share is not None:
            names = [quote(name.strip()) for name in (kinds or "").split(",") if name.strip()]
            narrowed = " ".join(filter(None, [where, f"kind:{','.join(names)}" if names else ""]))
            drawn = core.draw(store, share, compiled(store, narrowed), seed=seed, days=older_than)
            if not drawn.asked and not core.progress(store).open:
                raise core.RecheckError(
                    "There is nothing to ask again. It takes decisions that you took one by one, that still stand, on"
                    " texts that you did not write, and that were not asked again before."
                )
            click.echo(f"Asked again, blind: {drawn.asked:,} of {count(drawn.of, 'decision')}.", err=True)
        waiting = core.progress(store).open
        if not waiting:
            raise core.RecheckError("No question is open. Draw some: unpack-tui recheck --share 0.05")
        if no_screen():
            click.echo(f"{count(waiting, 'question')} waiting: unpack-tui recheck (in a terminal).", err=True)
            return
        from unpack_tui.app import UnpackApp, curators_config  # Textual takes 0.4 s: only the screen pays for it

        UnpackApp(store, curators_config(), ask_again=True).run_to_end()
