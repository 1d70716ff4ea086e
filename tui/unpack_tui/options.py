"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from unpack_core.recipe import Recipe

_Function = TypeVar("_Function", bound=Callable[..., Any])  # whatever click decorates

DEFAULT_DATABASE = "unpack.db"
DEMO_DATABASE = "unpack-demo.db"
DEFAULT_MODEL = "claude-sonnet-5-5"
CANDIDATES = 3
"""How many texts `c` asks for."""


class NamedPath(click.Path):
    """A path that says something: `-o "$OUT"` with nothing in OUT is a slip, and does not mean this folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # click's own
        if value == "":
            self.fail("it is empty. Name a file or folder.", param, ctx)
        return super().convert(value, param, ctx)


class Within(click.FloatRange):
    """A range of numbers. click's own lets nan in, which no budget and no share ever reaches."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # click's own
        number: float = super().convert(value, param, ctx)
        if isnan(number):
            self.fail("nan is not a number.", param, ctx)
        return number


def _remember(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.find_root().meta["db"] = value


def _database_option(otherwise: str) -> Callable[[_Function], _Function]:
    return click.option(
        "--db",
        metavar="FILE",
        type=NamedPath(),
        expose_value=False,
        callback=_remember,
        help=f"The database file.  [{otherwise}]",
    )


database_option = _database_option(f"env: UNPACK_DB; default: {DEFAULT_DATABASE}")
"""`--db FILE`, which may stand before the command or after it; `database_path` knows what was said."""
demo_option = _database_option(f"default: {DEMO_DATABASE}")
"""The same for the demo, which goes into no file that holds anybody's work unless it is named."""


unused_database_option = click.option("--db", type=NamedPath(), expose_value=False, hidden=True)
"""For commands that need no file: `--db` may stand after every command."""


def config_folder() -> Path:
    """Where the curator's own configuration and prices are looked for."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "unpack-tui"


def _named(_: click.Context, __: click.Parameter, value: str) -> str:
    if not value.strip():
        raise click.BadParameter("name a model.")
    return value


def model_option(function: _Function) -> _Function:
    """`--model NAME`."""
    return click.option(
        "--model",
        envvar="UNPACK_MODEL",
        default=DEFAULT_MODEL,
        callback=_named,
        metavar="NAME",
        show_default=True,
        help="Which model.  [env: UNPACK_MODEL]",
    )(function)


def _read_recipe(_: click.Context, __: click.Parameter, value: str | None) -> Recipe:
    from unpack_core.recipe import built_in, load

    return load(Path(value)) if value else built_in()


def recipe_option(function: _Function) -> _Function:
    """`--recipe FILE`, as a Recipe."""
    return click.option(
        "--recipe",
        envvar="UNPACK_RECIPE",
        metavar="FILE",
        type=NamedPath(),
        callback=_read_recipe,
        help="Your own kinds and prompts (unpack-tui recipe init).  [env: UNPACK_RECIPE]",
    )(function)


def database_path(ctx: click.Context, default: str | None = None) -> Path:
    """The file that `--db` names, else `default`, else that of UNPACK_DB, else `unpack.db` in this folder."""
    named = ctx.find_root().meta.get("db") or default or os.environ.get("UNPACK_DB") or DEFAULT_DATABASE
    return Path(named)


def kinds_of(recipe: Recipe, said: str | None) -> tuple[str, ...]:
    """The kinds that `--kinds a,b` names, each once; those that the recipe has on where nothing is said."""
    if said is None:
        return tuple(kind.id for kind in recipe.kinds if kind.on)
    names = tuple(dict.fromkeys(name.strip() for name in said.split(",") if name.strip()))
    for name in names:
        if recipe.kind(name) is None:
            raise click.BadParameter(
                f"there is no kind “{name}”. There are: {', '.join(kind.id for kind in recipe.kinds)}.",
                param_hint="--kinds",
            )
    if not names:
        raise click.BadParameter("name at least one kind.", param_hint="--kinds")
    return names
