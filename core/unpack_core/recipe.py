"""The recipe: which kinds of layers there are, what they are called, in which order they stand."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from unpack_core.errors import RecipeError

_ID = re.compile(r"[a-z][a-z0-9_]{1,31}\Z")


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of layer; titles and meanings by language code."""

    id: str
    on: bool
    """Whether it is made by default."""
    titles: Mapping[str, str]
    meanings: Mapping[str, str]

    def title(self, lang: str) -> str:
        """Its name in a language, else in English, else its id."""
        return self.titles.get(lang) or self.titles.get("en") or self.id


@dataclass(frozen=True, slots=True)
class Recipe:
    """The kinds in force, in order."""

    kinds: tuple[Kind, ...]

    def kind(self, kind_id: str) -> Kind | None:
        return next((kind for kind in self.kinds if kind.id == kind_id), None)


@cache
def built_in() -> Recipe:
    """The recipe that comes with the program."""
    return parse((files("unpack_core") / "recipe.toml").read_text(encoding="utf-8"), "the built-in recipe")


def parse(toml: str, where: str) -> Recipe:
    """Read a recipe. Raises RecipeError with the place that is wrong."""
    try:
        said = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"{where} is not TOML: {error}.") from error
    rows = said.get("kind", [])
    if not isinstance(rows, list) or not rows:
        raise RecipeError(f"{where} has no [[kind]].")
    kinds = tuple(_kind(row, n, where) for n, row in enumerate(rows, 1))
    for n, kind in enumerate(kinds):
        if kind.id in {other.id for other in kinds[:n]}:
            raise RecipeError(f"{where} has the kind “{kind.id}” twice.")
    return Recipe(kinds)


def _kind(row: Mapping[str, Any], n: int, where: str) -> Kind:
    kind_id = row.get("id", "")
    if not isinstance(kind_id, str) or not _ID.match(kind_id):
        raise RecipeError(f"{where}, kind {n}: “{kind_id}” is not an id: small letters, digits and _, from 2 to 32.")
    return Kind(
        kind_id, bool(row.get("on", True)), _texts(row, "title", kind_id, where), _texts(row, "meaning", kind_id, where)
    )


def _texts(row: Mapping[str, Any], name: str, kind_id: str, where: str) -> Mapping[str, str]:
    found = row.get(name, {})
    if not isinstance(found, dict) or not all(isinstance(text, str) for text in found.values()):
        raise RecipeError(f'{where}, kind “{kind_id}”: {name} wants languages, as in {name} = {{ en = "…" }}.')
    return found
