"""`unpack-tui doctor`: is the file sound, and what is this terminal like?"""

from __future__ import annotations

import asyncio
import os
import shutil
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from unpack_core.generate.secrets import KEY_NAMES
from unpack_tui.options import database_option, database_path, model_option
from unpack_tui.terminal import in_a_line, tell

if TYPE_CHECKING:
    from unpack_core.store import Store


@click.command(epilog="Example: unpack-tui doctor --db essays.db")
@click.option("--repair", is_flag=True, help="Mend first what can be made again from the log; a copy is kept.")
@click.option("--rebuild", is_flag=True, help="Forget search, findings and near-duplicates: they are made again.")
@click.option("--endpoint", is_flag=True, help="Also ask the endpoint what it can do: one or two short requests.")
@click.option("--base-url", metavar="URL", help="With --endpoint: which server.  [env: ANTHROPIC_BASE_URL]")
@model_option
@database_option
@click.pass_context
def doctor(ctx: click.Context, repair: bool, rebuild: bool, endpoint: bool, base_url: str | None, model: str) -> None:
    """Check the database's invariants (exit code 1 if one is broken) and report what the terminal can do.

    The log is the truth: with --repair, what differs from it (statuses, tags, heads, settled near-duplicates) is taken
    from it, and lost indexes, triggers and tables that say no more are made again; of a value that is none of its
    column's the text is kept that can be read of it. Versions, the log and paid answers are never changed.

    With --endpoint, also whether the model keeps to a schema, whether tokens are counted and whether there are Message
    Batches. What is found of the schema decides how generate asks.
    """
    from unpack_core.doctor import examine
    from unpack_core.store import Store

    sound, path = True, database_path(ctx)
    empty = path.is_file() and not path.stat().st_size  # so is one whose making was broken off at once
    with Store.open(path) as store:
        if repair:
            _repair(store)
        if rebuild:
            _rebuild(store)
        for check in examine(store):
            click.echo(f"{'✗' if check.broken else '✓'} {check.name}")
            for sentence in check.broken:
                click.echo(f"    {in_a_line(sentence)}")
                sound = False
        if empty:
            said = f"{in_a_line(str(path))} had no bytes and is a new database now"
            click.echo(f"· {said}: if it held something, take back a copy")
        columns, rows = shutil.get_terminal_size()
        click.echo(f"· terminal {columns}×{rows}, {_colours()}")
        click.echo(f"· {_keys()}")
        if endpoint:
            _probe(store, base_url, model)
    ctx.exit(0 if sound else 1)


def _repair(store: Store) -> None:
    from unpack_core import backup
    from unpack_core.complaints import OTHERWISE
    from unpack_core.errors import DamagedError, StoreError
    from unpack_core.repair import repair

    copy = backup.free_name(store.path, "before-repair")
    backup.copy(store.path, copy)
    with ExitStack() as stack:
        stack.callback(copy.unlink)  # of a file that stays as it is
        try:
            mended = repair(store)
        except DamagedError as error:
            raise StoreError(
                f"{store.path} is damaged beyond what a repair can make again{error.reason}: {OTHERWISE}"
            ) from error
        stack.pop_all()
    tell(f"A copy of the file as it was: {copy}")
    for sentence in mended or ["There was nothing to mend."]:
        click.echo(f"· {in_a_line(sentence)}")


def _rebuild(store: Store) -> None:
    from unpack_core.repair import rebuild

    rebuild(store)
    click.echo("· Search, findings and near-duplicates are made again as they are asked for.")


def _probe(store: Store, base_url: str | None, model: str) -> None:
    from unpack_core.errors import GenerationError
    from unpack_core.generate.claude import Claude
    from unpack_core.generate.probe import Endpoint, probe, remember
    from unpack_core.recipe import built_in

    async def asked() -> Endpoint:
        async with Claude(base_url=base_url, said=lambda message: click.echo(f"· {in_a_line(message)}")) as client:
            return await probe(client, built_in(), model)

    try:
        found = asyncio.run(asked())
    except GenerationError as error:  # there is nobody to ask: told, and no fault of the file
        click.echo(f"· Endpoint: {in_a_line(str(error))}")
        return
    remember(store, found)
    for sentence in found.sentences():
        click.echo(f"· {in_a_line(sentence)}")


def _keys() -> str:
    there = [name for name in KEY_NAMES if os.environ.get(name)]
    return f"{' and '.join(there)} {'is' if len(there) == 1 else 'are'} set" if there else f"{KEY_NAMES[0]} is not set"


def _colours() -> str:
    if "NO_COLOR" in os.environ:
        return "no colours (NO_COLOR is set)"
    if os.environ.get("COLORTERM") in ("truecolor", "24bit"):
        return "16 million colours"
    return "256 colours" if "256" in os.environ.get("TERM", "") else "16 colours"
