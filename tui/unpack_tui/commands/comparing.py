"""What every command does that brings texts: compare them with the others for a moment, and say what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from unpack_tui.terminal import Progress, count

if TYPE_CHECKING:
    from unpack_core.store import Store

_SECONDS = 2.0
"""Enough for some thousand texts; of a larger batch the rest is compared while the review is open."""


def compare_new(store: Store) -> None:
    """Look for near-duplicates of what has come. Ctrl+C leaves it for later; nothing is lost by that."""
    from unpack_core import duplicates

    progress = Progress()
    try:
        left = duplicates.catch_up(
            store, lambda done, total: progress(f"{done:,} of {total:,} texts compared …"), seconds=_SECONDS
        )
    except KeyboardInterrupt:
        left = duplicates.to_compare(store)
    finally:
        progress.done()
    if left:
        click.echo(
            f"{count(left, 'text')} still to be compared with the others: the review goes on with it behind the keys, "
            "unpack-tui dedupe does it at once.",
            err=True,
        )
