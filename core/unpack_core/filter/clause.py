"""A filter as SQL: the layers that it finds, how many there are, and counting as one types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Self

from unpack_core.database import DatabaseFile
from unpack_core.errors import FilterError
from unpack_core.filter.fields import faults, field_of
from unpack_core.filter.terms import Term, read
from unpack_core.giving_up import unless
from unpack_core.joins import BARE, LAYERS, SOURCES
from unpack_core.model import Span
from unpack_core.search import hits, prepare

_EVERYTHING = "1"
_MOST = 300
_LONGEST = 10_000
"""Words of an expression, and characters of a word: SQLite takes some more of either, but not any number."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition on layers, over l, p, d and v, and what it says of paragraphs that have none."""

    sql: str
    parameters: tuple[object, ...]
    source: Clause | None = None
    """The condition on a paragraph without layers, over p and d; None where such a paragraph is not meant."""
    words: tuple[str, ...] = ()
    """The texts that are looked for, to be lit where they are shown."""

    @property
    def everything(self) -> bool:
        """Whether nothing is asked: all layers are found, and all paragraphs that have none."""
        return self.sql == _EVERYTHING

    def lit(self, text: str) -> list[Span]:
        """Where the words that were looked for stand in a text, in order, code points; they may overlap."""
        return sorted((span for word in self.words for span in hits(text, word)), key=lambda span: span.start)


@dataclass(frozen=True, slots=True)
class Count:
    layers: int
    paragraphs: int
    """Those of the layers, and those without layers that the filter finds too."""


def check(expression: str) -> list[Term]:
    """The terms of an expression. Raises FilterError for the first word that means nothing."""
    terms = read(expression)
    words = [word for term in terms for word in term.values]
    if len(words) > _MOST:
        raise FilterError(f"A filter has at most {_MOST} words.", words[_MOST].start, words[-1].end)
    for word in words:
        if len(word.text) > _LONGEST:
            raise FilterError(f"A word of a filter has at most {_LONGEST:,} characters.", word.start, word.end)
    for term in terms:
        for fault in faults(term):
            raise fault
    return terms


def compiled(store: DatabaseFile, expression: str) -> Clause:
    """The expression as a condition that can be asked on this store's connection; an empty one finds everything.

    Raises FilterError for the first word that means nothing.
    """
    terms = check(expression)
    prepare(store)
    looking = (term for term in terms if not term.negated and _looks_for_text(term))
    words = [value.text for term in looking for value in term.values if value.text]
    source = _all(terms, of_source=True) if all(_of_source(term) for term in terms) else None
    return Clause(*_all(terms), source and Clause(*source, words=tuple(words)), tuple(words))


def count(store: DatabaseFile, clause: Clause) -> Count:
    """How much a clause finds."""
    layers, paragraphs = store.one(
        f"SELECT count(*), count(DISTINCT l.paragraph_id) FROM {LAYERS} WHERE {clause.sql}", clause.parameters
    )
    if clause.source:
        paragraphs += store.one(
            f"SELECT count(*) FROM {SOURCES} WHERE {BARE} AND {clause.source.sql}", clause.source.parameters
        )[0]
    return Count(layers, paragraphs)


def layer_ids(store: DatabaseFile, clause: Clause) -> Iterator[int]:
    """The layers that a clause finds, in reading order, streamed: change nothing while reading."""
    for (layer_id,) in store.rows(
        f"SELECT l.id FROM {LAYERS} WHERE {clause.sql} ORDER BY l.rank, l.paragraph_id, l.id", clause.parameters
    ):
        yield layer_id


class LiveCount:
    """Counts while one types: on a connection of its own, in a worker thread; a newer question ends the older one.

    A screen calls `count` in a thread at every change of the line and shows what comes back unless it is None. It needs
    no debouncing: the older count gives way within milliseconds.
    """

    def __init__(self, store: DatabaseFile) -> None:
        self._store = store.again()
        self._turn = Lock()
        self._asked = 0
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def count(self, expression: str) -> Count | None:
        """How much an expression finds; None where a newer question, or the end, came before the answer.

        Raises FilterError for the first word that means nothing.
        """
        self._asked += 1
        mine = self._asked
        with self._turn:
            if self._asked != mine or self._closed:
                return None
            return unless(lambda: self._asked != mine, self._store, lambda: self._count(expression))

    def _count(self, expression: str) -> Count:
        return count(self._store, compiled(self._store, expression))

    def cancel(self) -> None:
        """End the count that is running."""
        self._asked += 1

    def close(self) -> None:
        """End the count that is running, and answer no other."""
        self.cancel()
        with self._turn:
            self._closed = True
            self._store.close()


def _all(terms: list[Term], *, of_source: bool = False) -> tuple[str, tuple[object, ...]]:
    conditions = []
    parameters: list[object] = []
    for term in terms:
        asked = field_of(term)
        assert asked is not None
        condition = asked.of_source if of_source else asked.condition
        assert condition is not None
        sql, found = condition(term.values)
        # IS NOT TRUE, since what is not known is not so either.
        conditions.append(f"({sql}) IS NOT TRUE" if term.negated else f"({sql})")
        parameters += found
    return " AND ".join(conditions) or _EVERYTHING, tuple(parameters)


def _of_source(term: Term) -> bool:
    asked = field_of(term)
    return asked is not None and asked.of_source is not None


def _looks_for_text(term: Term) -> bool:
    asked = field_of(term)
    return asked is not None and asked.name in ("text", "source")
