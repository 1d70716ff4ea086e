"""`unpack-tui backup`: a copy of the database, whoever is writing meanwhile."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from unpack_tui.options import NamedPath, database_option, database_path
from unpack_tui.terminal import tell


@click.command(epilog="Example: unpack-tui backup /mnt/safe/essays.db")
@click.argument("path", required=False, metavar="[PATH]", type=NamedPath(path_type=Path))
@database_option
@click.pass_context
def backup(ctx: click.Context, path: Path | None) -> None:
    """Copy the database as it stands at this moment; others may go on writing.

    Without PATH the copy is put beside the file, with the date and time in its name. What is already there is never
    overwritten, and a copy that was broken off leaves nothing behind. To restore one, end every program that uses the
    file, delete FILE-wal and FILE-shm if a kill left them there, then put the copy in its place.
    """
    from unpack_core.backup import copy, free_name

    source = database_path(ctx)
    target = path or free_name(source, f"{datetime.now():%Y-%m-%d-%H%M%S}")
    if target.is_dir():
        target = target / source.name
    copy(source, target)
    size = target.stat().st_size / 1e6
    tell(f"Copied {source} to {target} ({size:,.1f} MB).")
