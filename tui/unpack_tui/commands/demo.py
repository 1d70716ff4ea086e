"""`unpack-tui demo`: a database of the sample texts, to look around in."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from unpack_tui.commands.review import open_review
from unpack_tui.commands.stats import print_stats
from unpack_tui.options import DEMO_DATABASE, database_path, demo_option
from unpack_tui.terminal import no_screen, tell


@click.command(epilog="Example: unpack-tui demo --db tryout.db")
@demo_option
@click.pass_context
def demo(ctx: click.Context) -> None:
    """Look around: the sample essays and a generated batch, faults included, in a database of their own.

    The database is unpack-demo.db, or what --db names. One that is there already is opened as it is.
    """
    from unpack_core.store import Store

    path = database_path(ctx, default=DEMO_DATABASE)
    ctx.find_root().meta["db"] = str(path)
    if path.exists():
        tell(f"Opening {path}, which is there already.")
    else:
        _make(path)
        tell(f"Made {path} from the sample corpus.")
    if not no_screen():
        open_review(ctx)
        return
    click.echo(
        "There is no terminal here, so no screen: these are the numbers. In a terminal, run the same again.", err=True
    )
    with Store.open(path) as store:
        print_stats(store)


def _make(path: Path) -> None:
    """Fill a database elsewhere: the file has its name when all is in it, so a demo that was cut off is no demo."""
    from unpack_core import backup, checks, duplicates
    from unpack_core.corpus import ReadOptions, read
    from unpack_core.intake import take_in
    from unpack_core.samples import sample_corpus
    from unpack_core.store import Store

    with TemporaryDirectory() as folder, sample_corpus() as samples:
        filled = Path(folder) / "demo.db"
        with Store.open(filled, create=True) as store:
            for part in ("texts", "batch"):
                records = read([samples / part], ReadOptions(root=samples / part))
                take_in(store, records, source=f"sample_corpus/{part}")
            checks.catch_up_all(store, store.last("version"))
            duplicates.catch_up(store)
        backup.copy(filled, path)
