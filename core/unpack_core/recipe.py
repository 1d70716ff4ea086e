"""The recipe: which kinds of layers there are, in which order they stand, and what is asked of a model for each."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from unpack_core.errors import RecipeError

_ID = re.compile(r"[a-z][a-z0-9_]{1,31}\Z")


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of layer; titles, meanings and prompts by language code."""

    id: str
    on: bool
    """Whether it is made by default."""
    titles: Mapping[str, str]
    meanings: Mapping[str, str]
    prompts: Mapping[str, str]

    def prompt(self, lang: str) -> str:
        """What is asked of a model, in a language, else in English, else in any; "" where nothing is."""
        return said_in(self.prompts, lang)

    def title(self, lang: str) -> str:
        """Its name in a language, else in English, else its id."""
        return said_in(self.titles, lang) or self.id


@dataclass(frozen=True, eq=False)  # the same object or another: a key of caches
class Recipe:
    """The kinds in force, in order, and the rules for all of them by language code."""

    kinds: tuple[Kind, ...]
    instructions: Mapping[str, str]
    toml: str
    """As it was written."""

    @cached_property
    def hash(self) -> str:
        """Names this revision: 16 hex digits of the SHA-256 of the TOML."""
        return sha256(self.toml.encode()).hexdigest()[:16]

    def kind(self, kind_id: str) -> Kind | None:
        return next((kind for kind in self.kinds if kind.id == kind_id), None)


def said_in(texts: Mapping[str, str], lang: str) -> str:
    """A text in a language, else in English, else in any; "" where there is none."""
    return texts.get(lang) or texts.get("en") or next(iter(texts.values()), "")


@cache
def built_in() -> Recipe:
    """The recipe that comes with the program."""
    return parse((files("unpack_core") / "recipe.toml").read_text(encoding="utf-8"), "the built-in recipe")


def load(path: Path) -> Recipe:
    """Read a recipe from a file. Raises RecipeError where it cannot be read or does not hold together."""
    try:
        toml = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise RecipeError(f"{path} cannot be read: {error.strerror}. Write one: unpack-tui recipe init") from error
    except UnicodeDecodeError as error:
        raise RecipeError(f"{path} is not UTF-8 text, so it is no recipe. Save it as UTF-8.") from error
    return parse(toml, str(path))


def parse(toml: str, where: str) -> Recipe:
    """Read a recipe. Raises RecipeError with the place that is wrong."""
    try:
        said = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"{where} is not TOML: {error}.") from error
    for name in said.keys() - {"instructions", "kind"}:
        raise RecipeError(f"{where}: there is no “{name}” in a recipe. There are: [instructions], [[kind]].")
    rows = said.get("kind", [])
    if not isinstance(rows, list) or not rows:
        raise RecipeError(f"{where} has no [[kind]].")
    kinds = tuple(_kind(row, n, where) for n, row in enumerate(rows, 1))
    for n, kind in enumerate(kinds):
        if kind.id in {other.id for other in kinds[:n]}:
            raise RecipeError(f"{where} has the kind “{kind.id}” twice.")
    return Recipe(kinds, _texts(said, "instructions", where), toml)


def _kind(row: Mapping[str, Any], n: int, where: str) -> Kind:
    kind_id = row.get("id", "")
    if not isinstance(kind_id, str) or not _ID.match(kind_id):
        raise RecipeError(f"{where}, kind {n}: “{kind_id}” is not an id: small letters, digits and _, from 2 to 32.")
    here = f"{where}, kind “{kind_id}”"
    for name in row.keys() - {"id", "on", "title", "meaning", "prompt"}:
        raise RecipeError(f"{here}: there is no “{name}”. There are: id, on, title, meaning, prompt.")
    if not isinstance(row.get("on", True), bool):
        raise RecipeError(f"{here}: on is true or false.")
    return Kind(
        kind_id, row.get("on", True), _texts(row, "title", here), _texts(row, "meaning", here),
        _texts(row, "prompt", here),
    )  # fmt: skip


def _texts(row: Mapping[str, Any], name: str, where: str) -> Mapping[str, str]:
    found = row.get(name, {})
    if not isinstance(found, dict) or not all(isinstance(text, str) for text in found.values()):
        raise RecipeError(f'{where}: {name} wants languages, as in {name} = {{ en = "…" }}.')
    return {lang: text.strip() for lang, text in found.items()}
