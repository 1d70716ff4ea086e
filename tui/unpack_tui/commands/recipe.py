"""`unpack-tui recipe`: the kinds of layers and what is asked of a model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from unpack_tui.options import NamedPath, recipe_option, unused_database_option
from unpack_tui.terminal import data_out, plain, table, tell

if TYPE_CHECKING:
    from unpack_core.recipe import Recipe


@click.group(epilog="Example: unpack-tui recipe init mine.toml, then: unpack-tui generate --recipe mine.toml")
@unused_database_option
def recipe() -> None:
    """The recipe: the kinds of layers, and what is asked of a model for each."""


@recipe.command(epilog="Example: unpack-tui recipe show > mine.toml")
@recipe_option
@unused_database_option
def show(recipe: Recipe) -> None:
    """Print the recipe in force, as TOML."""
    data_out().write(recipe.toml.encode())


@recipe.command(epilog="Example: unpack-tui recipe init mine.toml")
@click.argument("path", default="recipe.toml", type=NamedPath(path_type=Path), metavar="[FILE]")
@unused_database_option
def init(path: Path) -> None:
    """Write a copy of the built-in recipe to edit; recipe.toml if no file is named. Nothing is overwritten."""
    from unpack_core.errors import RecipeError
    from unpack_core.recipe import built_in

    try:
        with path.open("x", encoding="utf-8") as out:
            out.write(built_in().toml)
    except FileExistsError as error:
        raise RecipeError(f"{path} is there already. Name another file.") from error
    except OSError as error:
        raise RecipeError(f"{path} cannot be written: {error.strerror}. Name another file.") from error
    tell(f"Wrote {path}. Edit it, then: unpack-tui generate --recipe {path}")


@recipe.command(epilog="Example: unpack-tui recipe diff mine.toml")
@click.argument("path", type=NamedPath(path_type=Path), metavar="FILE")
@unused_database_option
def diff(path: Path) -> None:
    """Show how a recipe differs from the built-in one, line by line."""
    from difflib import unified_diff

    from unpack_core.recipe import built_in, load

    ours, yours = built_in().toml.splitlines(), load(path).toml.splitlines()
    for line in unified_diff(ours, yours, "built-in", str(path), lineterm=""):
        click.echo(plain(line))


@recipe.command(epilog="Example: unpack-tui recipe check mine.toml")
@click.argument("path", type=NamedPath(path_type=Path), metavar="FILE")
@unused_database_option
def check(path: Path) -> None:
    """Say what is in a recipe, or what is wrong with it (exit code 1)."""
    from collections import Counter

    from unpack_core.recipe import load

    found = load(path)
    rows = [
        (kind.id, "on" if kind.on else "off", kind.title("en"), ", ".join(kind.prompts) or "no prompt")
        for kind in found.kinds
    ]
    click.echo(table(rows, ("kind", "made", "title", "prompts")))
    by_language = Counter(example.lang for example in found.examples)
    examples = ", ".join(f"{number} in {plain(lang)}" for lang, number in by_language.items())
    click.echo(f"\nWorked examples: {examples or 'none'}\nRevision {found.hash}")
