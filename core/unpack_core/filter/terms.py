"""The filter language as it is written: an expression becomes terms, and knows where each of its words stands.

Terms stand between blanks and must all hold. `field:value` asks one thing, `field:a,b` is either, a `-` before a term
denies it. A bare word, or one in quotation marks, is looked for in the texts. In quotation marks blanks, commas and `*`
are themselves, and `\\"` is a quotation mark. Reading is total: what is wrong is found by `fields.faults`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BLANK = re.compile(r"\s*")
_FIELD = re.compile(r"([^\W\d]\w*):(?!//)")  # an address on the web is a word
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)("|\\?$)', re.DOTALL)
_VALUE = re.compile(r"[^\s,]*")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Word:
    """What was written, without quotation marks, and where: `expression[start:end]`, quotation marks included."""

    text: str
    start: int
    end: int
    quoted: bool = False
    closed: bool = True

    @property
    def pattern(self) -> bool:
        """Whether its `*` stands for anything."""
        return not self.quoted and "*" in self.text


@dataclass(frozen=True, slots=True)
class Term:
    """One condition; `field` is None where words are looked for. `values` has at least one, which may be empty."""

    negated: bool
    field: Word | None
    values: tuple[Word, ...]
    start: int
    end: int


def read(expression: str) -> list[Term]:
    """All terms of an expression, in order."""
    terms = []
    place = _skip(expression, 0)
    while place < len(expression):
        term = _term(expression, place)
        terms.append(term)
        place = _skip(expression, term.end)
    return terms


def quote(text: str) -> str:
    """A value as one writes it: in quotation marks where it needs them."""
    if text and _WORD.fullmatch(text) and not text.startswith("-") and not re.search(r'[",:*\\]', text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def for_words(query: str) -> str:
    """The filter for what is typed into a search: every word, or phrase in quotation marks, must be there."""
    return " ".join(quote(word.text) for word in _words(query) if word.text)


def _words(query: str) -> Iterator[Word]:
    place = _skip(query, 0)
    while place < len(query):
        word = _quoted(query, place) or _bare(query, place, _WORD)
        yield word
        place = _skip(query, word.end)


def _term(expression: str, start: int) -> Term:
    place = start
    negated = expression[place] == "-" and bool(_WORD.match(expression, place + 1))
    place += negated
    field = _FIELD.match(expression, place)
    if not field:
        word = _quoted(expression, place) or _bare(expression, place, _WORD)
        return Term(negated, None, (word,), start, word.end)
    values: list[Word] = []
    place = field.end() - 1
    while place < len(expression) and (not values or expression[place] == ","):
        value = _quoted(expression, place + 1) or _bare(expression, place + 1, _VALUE)
        values.append(value)
        place = value.end
    return Term(negated, Word(field[1], *field.span(1)), tuple(values), start, place)


def _quoted(expression: str, place: int) -> Word | None:
    found = _QUOTED.match(expression, place)
    if not found:
        return None
    return Word(re.sub(r"\\(.)", r"\1", found[1], flags=re.DOTALL), *found.span(), quoted=True, closed=found[2] == '"')


def _bare(expression: str, place: int, shape: re.Pattern[str]) -> Word:
    found = shape.match(expression, place)
    assert found is not None
    return Word(found[0], *found.span())


def _skip(expression: str, place: int) -> int:
    found = _BLANK.match(expression, place)
    assert found is not None
    return found.end()
