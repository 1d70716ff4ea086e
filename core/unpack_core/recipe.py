"""The recipe: which kinds of layers there are, in which order they stand, and what is asked of a model for each.

Its prompts may hold names in double braces, `{{language}}` and such, which are filled in one pass: what is put in is
never looked at again, and a paragraph is never put in this way. A name that is not known is told when it is read.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from unpack_core import by_hand
from unpack_core.errors import RecipeError
from unpack_core.language import primary

_ID = re.compile(r"[a-z][a-z0-9_]{1,31}\Z")
_NAME = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)

IN_RULES = ("language", "kinds")
"""Names that the rules may hold: the paragraph's language in words, and the titles of all kinds."""
IN_PROMPTS = (*IN_RULES, "kind", "title", "meaning")
"""Those of a kind's prompt: also its id, title and meaning."""

Items = tuple[tuple[str, str, str], ...]
"""(quote, text, answer) of each item of a layer."""


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


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: a paragraph and how it is filled."""

    lang: str
    text: str
    layers: Mapping[str, Items]
    """By kind, in the recipe's order."""


@dataclass(frozen=True, eq=False)  # the same object or another: a key of caches
class Recipe:
    """The kinds in force, in order, and the rules for all of them by language code."""

    kinds: tuple[Kind, ...]
    instructions: Mapping[str, str]
    examples: tuple[Example, ...]
    toml: str
    """As it was written."""

    @cached_property
    def hash(self) -> str:
        """Names this revision: 16 hex digits of the SHA-256 of the TOML."""
        from hashlib import sha256  # OpenSSL, 5 ms: the review shows a recipe and names none

        return sha256(self.toml.encode()).hexdigest()[:16]

    def kind(self, kind_id: str) -> Kind | None:
        return next((kind for kind in self.kinds if kind.id == kind_id), None)

    def title(self, kind_id: str, lang: str) -> str:
        """What a kind is called in a language; its id where the recipe does not have it."""
        kind = self.kind(kind_id)
        return kind.title(lang) if kind else kind_id

    def examples_in(self, lang: str) -> tuple[Example, ...]:
        """The examples in a language, else those in English."""
        found = tuple(example for example in self.examples if example.lang in (lang, primary(lang)))
        return found or tuple(example for example in self.examples if example.lang == "en")


def said_in(texts: Mapping[str, str], lang: str) -> str:
    """A text in a language, else in English, else in any; "" where there is none."""
    return texts.get(lang) or texts.get(primary(lang)) or texts.get("en") or next(iter(texts.values()), "")


def filled(template: str, names: Mapping[str, str]) -> str:
    """The template with each `{{name}}` replaced, once: braces in what is put in stay as they are."""
    return _NAME.sub(lambda found: names[found[1].strip()], template)


@cache
def built_in() -> Recipe:
    """The recipe that comes with the program."""
    return parse(Path(__file__).with_name("recipe.toml").read_text(encoding="utf-8"), "the built-in recipe")


def load(path: Path) -> Recipe:
    """Read a recipe from a file. Raises RecipeError where it cannot be read or does not hold together."""
    try:
        toml = by_hand.read(path)
    except OSError as error:
        raise RecipeError(f"{path} cannot be read: {error.strerror}. Write one: unpack-tui recipe init") from error
    except UnicodeDecodeError as error:
        raise RecipeError(f"{path} is not UTF-8 text, so it is no recipe. Save it as UTF-8.") from error
    return parse(toml, str(path))


def parse(toml: str, where: str) -> Recipe:
    """Read a recipe. Raises RecipeError with the place that is wrong."""
    try:
        said = tomllib.loads(toml)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise RecipeError(f"{where} is not TOML: {error}.") from error
    for name in said.keys() - {"instructions", "kind", "example"}:
        raise RecipeError(
            f"{where}: there is no “{name}” in a recipe. There are: [instructions], [[kind]], [[example]]."
        )
    kinds = tuple(_kind(row, n, where) for n, row in enumerate(_tables(said, "kind", where), 1))
    if not kinds:
        raise RecipeError(f"{where} has no [[kind]].")
    for n, kind in enumerate(kinds):
        if kind.id in {other.id for other in kinds[:n]}:
            raise RecipeError(f"{where} has the kind “{kind.id}” twice.")
    instructions = _texts(said, "instructions", where)
    _check_names(instructions, IN_RULES, f"{where}, [instructions]")
    examples = tuple(
        _example(row, kinds, f"{where}, example {n}") for n, row in enumerate(_tables(said, "example", where), 1)
    )
    return Recipe(kinds, instructions, examples, toml)


def _tables(said: Mapping[str, Any], name: str, where: str) -> list[Mapping[str, Any]]:
    rows = said.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RecipeError(f"{where}: {name} wants tables, each begun by [[{name}]].")
    return rows


def _kind(row: Mapping[str, Any], n: int, where: str) -> Kind:
    kind_id = row.get("id", "")
    if not isinstance(kind_id, str) or not _ID.match(kind_id):
        raise RecipeError(f"{where}, kind {n}: “{kind_id}” is no id, which has 2 to 32 small letters, digits and _.")
    here = f"{where}, kind “{kind_id}”"
    for name in row.keys() - {"id", "on", "title", "meaning", "prompt"}:
        raise RecipeError(f"{here}: there is no “{name}”. There are: id, on, title, meaning, prompt.")
    if not isinstance(row.get("on", True), bool):
        raise RecipeError(f"{here}: on is true or false.")
    prompts = _texts(row, "prompt", here)
    _check_names(prompts, IN_PROMPTS, here)
    return Kind(kind_id, row.get("on", True), _texts(row, "title", here), _texts(row, "meaning", here), prompts)


def _check_names(texts: Mapping[str, str], known: tuple[str, ...], where: str) -> None:
    for lang, text in texts.items():
        for found in _NAME.finditer(text):
            if found[1].strip() not in known:
                there = ", ".join(f"{{{{{name}}}}}" for name in known)
                raise RecipeError(f"{where} ({lang}): there is nothing to put in for {found[0]}. There are: {there}.")


def _example(row: Mapping[str, Any], kinds: tuple[Kind, ...], where: str) -> Example:
    for name in row.keys() - {"lang", "text", "layers"}:
        raise RecipeError(f"{where}: there is no “{name}”. There are: lang, text, [example.layers].")
    lang, text, layers = row.get("lang"), row.get("text"), row.get("layers")
    if not isinstance(lang, str) or not isinstance(text, str) or not text.strip() or not isinstance(layers, dict):
        raise RecipeError(f"{where} wants a lang, a text and [example.layers].")
    text = text.strip()
    for name in layers.keys() - {kind.id for kind in kinds}:
        raise RecipeError(f"{where}: the recipe has no kind “{name}”.")
    return Example(lang, text, {
        kind.id: _example_items(layers[kind.id], text, f"{where}, {kind.id}") for kind in kinds if kind.id in layers
    })  # fmt: skip


def _example_items(rows: object, text: str, where: str) -> Items:
    if not isinstance(rows, list) or not rows:
        raise RecipeError(f"{where} wants a list of items.")
    items = []
    for n, row in enumerate(rows, 1):
        fields = row if isinstance(row, dict) else {}
        if fields.keys() - {"quote", "text", "answer"} or not all(isinstance(said, str) for said in fields.values()):
            raise RecipeError(f"{where}, item {n}: an item has the strings quote, text and answer.")
        quote, point, answer = (fields.get(name, "") for name in ("quote", "text", "answer"))
        if not point:
            raise RecipeError(f"{where}, item {n} has no text.")
        if quote not in text:  # it would teach the model to misquote
            raise RecipeError(f"{where}, item {n} quotes “{quote}”, which is not in its text.")
        items.append((quote, point, answer))
    return tuple(items)


def _texts(row: Mapping[str, Any], name: str, where: str) -> Mapping[str, str]:
    found = row.get(name, {})
    if not isinstance(found, dict) or not all(isinstance(text, str) for text in found.values()):
        raise RecipeError(f'{where}: {name} wants languages, as in {name} = {{ en = "…" }}.')
    return {lang: text.strip() for lang, text in found.items()}
