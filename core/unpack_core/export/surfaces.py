"""How an unpacking is written out: headings in the paragraph's language, in one of several surface forms.

One template over a whole corpus teaches the template, so each passage is given a form by a hash of the seed and of
where it stands: the same in every export, whatever the row ids are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from unpack_core.export.rows import Piece
from unpack_core.language import primary
from unpack_core.notation import renumber

if TYPE_CHECKING:
    from unpack_core.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Surface:
    """One way to write a text and its unpacking; `{}` stands for the text, its first words or a kind's title."""

    text: str
    lead: str
    lead_of: str
    """Where the text is not beside it: the lead names it by its first words."""
    heading: str
    gap: str
    """Between two kinds."""


_SURFACES = {
    "en": (
        Surface("Text: “{}”", "Unpacking:", "Unpacking of “{}”:", "{}", "\n"),
        Surface("{}", "What this says, taken apart:", "“{}”, taken apart:", "{}:", "\n\n"),
        Surface("Text:\n{}", "Layers:", "Layers of “{}”:", "## {}", "\n\n"),
        Surface("“{}”", "Beside the text:", "Beside “{}”:", "— {} —", "\n\n"),
        Surface("Passage: {}", "Notes on the passage:", "Notes on “{}”:", "[{}]", "\n"),
        Surface("{}", "A closer reading.", "A closer reading of “{}”.", "**{}**", "\n\n"),
    ),
    "ru": (
        Surface("Текст: «{}»", "Распаковка:", "Распаковка («{}»):", "{}", "\n"),
        Surface("{}", "Что здесь сказано, если разобрать:", "«{}», если разобрать:", "{}:", "\n\n"),
        Surface("Текст:\n{}", "Слои:", "Слои к словам «{}»:", "## {}", "\n\n"),
        Surface("«{}»", "Рядом с текстом:", "Рядом со словами «{}»:", "— {} —", "\n\n"),
        Surface("Отрывок: {}", "Заметки к отрывку:", "Заметки к отрывку «{}»:", "[{}]", "\n"),
        Surface("{}", "Внимательное чтение.", "Внимательное чтение: «{}».", "**{}**", "\n\n"),
    ),
}
_NUMBERS = re.compile(r"\n[^\S\n]*\(([0-9]{1,3})\)")  # begins with a letter of its own, so that it is found fast
_COUNTED = [str(number) for number in range(1, 1000)]
_FIRST_LETTERS = 48


def chosen(seed: int, key: str, many: int, salt: str = "") -> int:
    """Which of so many, evenly, by a hash of the seed and of a passage's key."""
    return int.from_bytes(blake2b(f"{seed}\0{salt}\0{key}".encode(), digest_size=8).digest(), "big") % many


def surface(lang: str, seed: int, key: str) -> Surface:
    """The form of a passage; English where we have none in its language."""
    forms = _SURFACES.get(primary(lang)) or _SURFACES["en"]
    return forms[chosen(seed, key, len(forms))]


class Titles:
    """The kinds' order and their titles in each language; a kind that the recipe does not know is last, by its id."""

    def __init__(self, recipe: Recipe) -> None:
        self._kinds = {kind.id: kind for kind in recipe.kinds}
        self._order = {kind.id: number for number, kind in enumerate(recipe.kinds)}
        self._titles: dict[tuple[str, str], str] = {}

    def title(self, kind: str, lang: str) -> str:
        known = self._titles.get((kind, lang))
        if known is None:
            declared = self._kinds.get(kind)
            known = declared.title(lang) if declared else kind.replace("_", " ").capitalize()
            self._titles[kind, lang] = known
        return known

    def order(self, kind: str) -> tuple[int, str]:
        return self._order.get(kind, len(self._order)), kind

    def by_kind(self, pieces: Iterable[Piece]) -> list[tuple[str, list[str]]]:
        """Kinds in the recipe's order, each with its layers' texts."""
        texts: dict[str, list[str]] = {}
        for piece in pieces:
            if text := piece.text.strip():
                texts.setdefault(piece.kind, []).append(text)
        return sorted(texts.items(), key=lambda found: self.order(found[0]))


def items(texts: Sequence[str]) -> str:
    """The layers of one kind as one, its items numbered 1, 2, 3, …"""
    text = "\n".join(texts)
    numbers = _NUMBERS.findall(f"\n{text}")
    return text if numbers == _COUNTED[: len(numbers)] else renumber(text)


def unpacking(kinds: Sequence[tuple[str, list[str]]], titles: Titles, lang: str, form: Surface) -> str:
    """Headings and items of all kinds."""
    return form.gap.join(
        f"{form.heading.replace('{}', titles.title(kind, lang))}\n{items(texts)}" for kind, texts in kinds
    )


def first_words(text: str) -> str:
    """The beginning of a text, to name it by: whole words, where the script has them."""
    line = " ".join(text.split())
    if len(line) <= _FIRST_LETTERS:
        return line
    cut = line.rfind(" ", 0, _FIRST_LETTERS + 1)
    return line[: cut if cut > 0 else _FIRST_LETTERS].rstrip(" .,;:—–-") + "…"
