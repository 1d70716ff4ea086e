"""What is exported, streamed: passages (a paragraph with those of its layers that were asked for), in reading order.

Two cursors walk the same order, one over paragraphs and one over layers, inside one read transaction: memory stays
flat, a paragraph's text is read once, and what another window writes meanwhile does not tear the file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from enum import Enum
from itertools import count, groupby
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from unpack_core.filter import FIELDS, compiled
from unpack_core.filter.terms import Word
from unpack_core.joins import LAYERS, SOURCES, WRITTEN
from unpack_core.model import Origin, Status
from unpack_core.store import Store

ACCEPTED = frozenset({Status.ACCEPTED})
EVERY_STATUS = frozenset(Status)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which layers are exported, and of which paragraphs."""

    where: str = ""
    """An expression of the filter language."""
    status: frozenset[Status] = ACCEPTED
    kinds: tuple[str, ...] = ()
    """Empty for all."""
    langs: tuple[str, ...] = ()
    """Of the paragraphs; empty for all."""
    without_models: tuple[str, ...] = ()
    """Left out is what these wrote, also where the curator edited it; `*` stands for anything."""
    drafts: bool = False
    """Whether texts of the offline drafter that nobody accepted come too."""


class Bare(Enum):
    """Which paragraphs come although none of their layers does."""

    NONE = "none"
    MEANT = "meant"
    """Those that the filter finds; none where it speaks of layers."""
    EVERY = "every"


class Piece(NamedTuple):
    """A layer as it is exported; what stands after `nth` is filled in where the whole was asked for.

    Its provenance is that of the text that the curator edited, where he did.
    """

    id: int
    kind: str
    text: str
    status: str
    created_at: str
    nth: int
    """How many older layers of its kind the paragraph has; 0 where that was not asked for."""
    flagged: int = 0
    tags: str = ""
    """Joined by line ends, in no order."""
    origin: str = ""
    model: str = ""
    instruction: str = ""
    recipe: str = ""
    effort: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float | None = None
    storied: int = 0
    """1 where its versions or a note have more to say."""


class Passage(NamedTuple):
    """A paragraph and its exported layers, in the order they came in."""

    id: int
    document_id: int
    uri: str
    title: str
    position: int
    text: str
    lang: str
    place: str
    added: str
    """When its document came in."""
    metadata: str
    """What its document says of itself, as a JSON object."""
    removed_at: str
    """When its source was found to have it no more; "" where it has."""
    again: int
    """0; for another paragraph at the same position of the same document, which a changed source leaves, 1, 2, …"""
    pieces: list[Piece]

    @property
    def key(self) -> str:
        """Names the passage in every export: made of where it stands, not of row ids."""
        return f"{self.uri}#{self.position}" + (f"~{self.again + 1}" if self.again else "")


_TAGS = (
    "iif(EXISTS (SELECT 1 FROM layer_tag WHERE layer_id = l.id), (SELECT group_concat(t.name, char(10))"
    " FROM layer_tag lt JOIN tag t ON t.id = lt.tag_id WHERE lt.layer_id = l.id), '')"
)
_STORIED = (
    "SELECT layer_id FROM version GROUP BY layer_id HAVING count(*) > 1 UNION"
    " SELECT l.id FROM layer l JOIN event e ON e.layer_id = l.id JOIN step s ON s.id = e.step"
    " WHERE l.status = 'rejected' AND (s.note <> '' OR e.after LIKE '%\"lost\"%')"
)
"""Layers of which there is more to say than their heads do."""
_NTH = "(SELECT count(*) FROM layer o WHERE o.paragraph_id = l.paragraph_id AND o.kind = l.kind AND o.id < l.id)"
_TEXT = "l.id, l.kind, v.text, l.status, v.created_at"
_WHOLE = (
    f", l.flagged, {_TAGS}, v.origin, g.model, g.instruction, g.recipe, g.effort, g.input_tokens, g.output_tokens,"
    " g.cost_usd, l.id IN (SELECT layer_id FROM %s)"
)
_LANGUAGE = "lower(p.lang)"
_PLACE = itemgetter(0, 1)
_numbers = count(1)
_END: tuple[object, Iterator[tuple[Any, ...]]] = (None, iter(()))  # rows are what SQLite holds, hence Any


class Rows:
    """What is wanted, compiled: ask it for passages as often as needed, inside `store.one_moment()`."""

    def __init__(self, store: Store, wanted: Wanted) -> None:
        """Raises FilterError for an expression that means nothing."""
        self.store = store
        self.wanted = wanted
        self._where = compiled(store, wanted.where)
        self._langs = [lang.lower() for lang in wanted.langs]
        self._keep: Callable[[int], bool] | None = None
        self._without = [_by_others(pattern) for pattern in wanted.without_models]

    def within(self, keep: Callable[[int], bool]) -> Rows:
        """The same, of those documents alone whose id `keep` says yes to: one side of a split."""
        side = copy(self)
        side._keep = keep
        return side

    def passages(self, bare: Bare = Bare.NONE, *, whole: bool = False, numbered: bool = False) -> Iterator[Passage]:
        """Passages in reading order; `whole` reads tags and provenance too, `numbered` fills in `Piece.nth`.

        A paragraph that its source has no more comes only with its layers.
        """
        pieces = groupby(self._pieces(whole, numbered), key=_PLACE)
        place, group = next(pieces, _END)
        last_rank = again = 0
        for rank, meant, *columns in self._paragraphs(bare):
            again = again + 1 if rank == last_rank else 0
            last_rank = rank
            found: list[Piece] = []
            if place == (rank, columns[0]):
                found = [Piece(*row[2:]) for row in group]
                place, group = next(pieces, _END)
            if self._keep and not self._keep(columns[1]):
                continue
            removed_at = columns[-1]
            if found or (bare != Bare.NONE and not removed_at and (meant or bare == Bare.EVERY)):
                yield Passage._make((*columns, again, found))

    def documents(self) -> Iterator[list[Passage]]:
        """Whole documents as lists of passages, bare paragraphs in their places, those that their source lost left out.

        Where the filter speaks of layers, they are the documents in which it found some.
        """
        speaks_of_layers = self._where.source is None
        every = self.passages(Bare.EVERY if speaks_of_layers else Bare.MEANT)
        for _, passages in groupby(every, key=attrgetter("document_id")):
            document = [passage for passage in passages if not passage.removed_at]
            if (document and not speaks_of_layers) or any(passage.pieces for passage in document):
                yield document

    def layer_condition(self) -> tuple[str, list[object]]:
        """What is wanted, as a condition over l, p, d and v of `LAYERS`, with its parameters."""
        conditions, parameters = [self._where.sql], list(self._where.parameters)
        for column, values in (("l.kind", self.wanted.kinds), (_LANGUAGE, self._langs)):
            if values:
                conditions.append(_among(column, values))
                parameters += values
        if self.wanted.status != EVERY_STATUS:
            conditions.append(_among("l.status", self.wanted.status))
            parameters += sorted(self.wanted.status)
        if not self.wanted.drafts:
            conditions.append(f"(v.origin <> '{Origin.OFFLINE}' OR l.status = '{Status.ACCEPTED}')")
        for sql, found in self._without:
            conditions.append(sql)
            parameters += found
        return " AND ".join(conditions), parameters

    def version_condition(self) -> tuple[str, tuple[object, ...]]:
        """Which versions v of a layer, its head aside, were written by nobody who is left out."""
        parameters = tuple(value for _, found in self._without for value in found)
        return " AND ".join(sql for sql, _ in self._without) or "1", parameters

    def _pieces(self, whole: bool, numbered: bool) -> Iterator[tuple[Any, ...]]:
        """(rank, paragraph id, the fields of a piece) in reading order.

        Joins are CROSS, which to SQLite means: in this order. It walks an index that has the order already and never
        sorts texts, whatever it guesses of the data; a filter is worked out beforehand, into a list of ids.
        """
        condition, parameters = self.layer_condition()
        columns = f"{_TEXT}, {_NTH if numbered else 0}"
        if whole:
            columns += _WHOLE % self._listed("storied", _STORIED)
        joins = " CROSS JOIN version v ON v.id = l.head_id"
        joins += f" CROSS JOIN version g ON g.id = {WRITTEN}" if whole else ""
        if not self.wanted.where:
            index = "layer_status" if len(self.wanted.status) == 1 else "layer_rank"
            if self.wanted.langs:
                joins += " CROSS JOIN paragraph p ON p.id = l.paragraph_id"
            return self.store.rows(
                f"SELECT l.rank, l.paragraph_id, {columns} FROM layer l INDEXED BY {index}{joins} WHERE {condition}"
                " ORDER BY l.rank, l.paragraph_id, l.id",
                parameters,
            )
        found = self._listed(
            "exported",
            f"SELECT l.id FROM {LAYERS} WHERE {condition} ORDER BY l.rank, l.paragraph_id, l.id",
            parameters,
        )
        return self.store.rows(
            f"SELECT l.rank, l.paragraph_id, {columns} FROM {found} f"
            f" CROSS JOIN layer l ON l.id = f.layer_id{joins} ORDER BY f.n"
        )

    def _listed(self, name: str, layers: str, parameters: Sequence[object] = ()) -> str:
        """A temporary table of layers, in their order (n) and to be looked up in; its name.

        It goes with the connection: SQLite drops no table while another query is being read, as here.
        """
        table = f"{name}_{next(_numbers)}"
        self.store.rows(f"CREATE TABLE temp.{table} (n INTEGER PRIMARY KEY, layer_id INTEGER NOT NULL)")
        self.store.rows(f"INSERT INTO temp.{table} (layer_id) {layers}", parameters)
        self.store.rows(f"CREATE INDEX temp.{table}_layer ON {table}(layer_id)")
        return f"temp.{table}"

    def _paragraphs(self, bare: Bare) -> Iterator[tuple[Any, ...]]:
        meant, parameters = "0", []
        if bare == Bare.MEANT and self._where.source:
            meant, parameters = self._where.source.sql, [*self._where.source.parameters]
        condition = _among(_LANGUAGE, self._langs) if self._langs else "1"
        return self.store.rows(
            f"SELECT p.rank, {meant}, p.id, p.document_id, d.uri, d.title, p.position, p.text, p.lang, p.place,"
            f" d.created_at, d.metadata, p.removed_at FROM {SOURCES} WHERE {condition} ORDER BY p.rank, p.id",
            [*parameters, *self._langs],
        )


def _by_others(pattern: str) -> tuple[str, list[object]]:
    """What `-model:` asks, of a name that may hold blanks and commas too."""
    sql, parameters = FIELDS["model"].condition([Word(pattern, 0, len(pattern))])
    return f"({sql}) IS NOT TRUE", parameters


def _among(column: str, values: Collection[str]) -> str:
    return f"{column} IN ({', '.join('?' * len(values))})"
