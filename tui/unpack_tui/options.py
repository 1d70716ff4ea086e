"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

_Function = TypeVar("_Function", bound=Callable[..., Any])  # whatever click decorates

DEFAULT_DATABASE = "unpack.db"


def _remember(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.find_root().meta["db"] = value


def database_option(function: _Function) -> _Function:
    """`--db FILE`, which may stand before the command or after it; `database_path` knows what was said."""
    return click.option(
        "--db",
        metavar="FILE",
        type=click.Path(),
        expose_value=False,
        callback=_remember,
        help=f"The database file.  [env: UNPACK_DB; default: {DEFAULT_DATABASE}]",
    )(function)


def database_path(ctx: click.Context, default: str | None = None) -> Path:
    """The file that `--db` names, else `default`, else that of UNPACK_DB, else `unpack.db` in this folder."""
    named = ctx.find_root().meta.get("db") or default or os.environ.get("UNPACK_DB") or DEFAULT_DATABASE
    return Path(named)
