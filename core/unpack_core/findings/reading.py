"""What every check looks at: a layer's text with its items, words and quotations, and its paragraph with the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from unpack_core.findings.commonplace import stem
from unpack_core.grounding import Grounding
from unpack_core.language import detect
from unpack_core.model import Span
from unpack_core.notation import Item

COPIED_RUN = 5
"""Words in a row that a point must share with the source to count as copied."""

WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_]+(?:['’-][^\W_]+)*")
INNER_QUOTATION = re.compile('“[^“”]*”|«[^«»]*»|"[^"]*"|„[^„“”]*[“”]|「[^「」]*」')


@dataclass(frozen=True, slots=True)
class Word:
    start: int
    end: int
    text: str
    """Case-folded, ё as е; one character of Chinese or Japanese is a word."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What every check looks at."""

    text: str
    source: str
    kind: str
    lang: str
    grounded: tuple[tuple[Item, Grounding | None], ...]
    words: tuple[Word, ...]
    """All of the text."""

    def within(self, span: Span | None) -> list[Word]:
        return [word for word in self.words if span.start <= word.start < span.end] if span else []

    def own(self, item: Item) -> list[Word]:
        """An item's words that are not a quotation of the source."""
        return self.within(item.text_span) + self.within(item.answer_span)


def words_of(text: str) -> tuple[Word, ...]:
    return tuple(Word(found.start(), found.end(), folded(found[0])) for found in WORD.finditer(text))


def folded(word: str) -> str:
    return word.casefold().replace("ё", "е")


@dataclass(frozen=True, slots=True)
class Source:
    words: tuple[Word, ...]
    runs: dict[tuple[str, ...], int]
    """Where each run of `COPIED_RUN` words begins, in words."""
    stems: frozenset[str]
    lang: str


@lru_cache(maxsize=8)  # a paragraph's layers come together
def source_of(text: str) -> Source:
    words = words_of(text)
    said = [word.text for word in words]
    runs = {tuple(said[at : at + COPIED_RUN]): at for at in reversed(range(len(said) - COPIED_RUN + 1))}
    return Source(words, runs, frozenset(map(stem, said)), detect(text))


def name_of(item: Item) -> str:
    return f"Item {item.number}" if item.number is not None else "The text"


def start_of(text: str, length: int = 40) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
