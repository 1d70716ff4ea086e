"""Records that a reader brings become rows: what is there already is found again, what is new is added.

A paragraph is the same when its document and its text are; a layer is there already when its paragraph has one of that
kind with that text among its versions. Work is committed in chunks, so that memory stays flat and a run that was cut
off is finished by running it again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

import orjson

from unpack_core.corpus import Arrival, BatchResult, End, Notice, Record, Trouble
from unpack_core.database import now
from unpack_core.model import IncomingDocument, IncomingLayer, IncomingParagraph
from unpack_core.store import Store

_CHUNK = 1000
_DOCUMENTS_REMEMBERED = 10_000


@dataclass(slots=True)
class Intake:
    """What came in, counted as it comes: `new_*` was added, `known_*` was there already."""

    new_documents: int = 0
    new_paragraphs: int = 0
    known_paragraphs: int = 0
    new_layers: int = 0
    known_layers: int = 0
    troubles: list[Trouble] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def note(self, record: Trouble | Notice) -> None:
        """Keep what is said of a file or a line."""
        if isinstance(record, Trouble):
            self.troubles.append(record)
        else:
            self.notices.append(record)

    @classmethod
    def of(cls, records: Iterable[Record]) -> Intake:
        """What is to be said of records of which none is a paragraph."""
        intake = cls()
        for record in records:
            if isinstance(record, (Trouble, Notice)):
                intake.note(record)
        return intake


def take_in(
    store: Store,
    records: Iterable[Record],
    *,
    source: str,
    progress: Callable[[Intake], None] | None = None,
    answered: Callable[[BatchResult], None] = lambda _: None,
) -> Intake:
    """Add what the records bring, as one batch named `source`; `progress` is called after each chunk.

    `answered` is given the results of Message Batches, inside the transaction of their chunk.
    """
    intake = Intake()
    desk = _Desk(store, intake, source, answered)
    for chunk in _chunks(records):
        with store.write():
            desk.take(chunk)
        if progress:
            progress(intake)
    return intake


def _chunks(records: Iterable[Record]) -> Iterator[list[Record]]:
    stream = iter(records)
    while chunk := list(islice(stream, _CHUNK)):
        yield chunk


@dataclass(slots=True)
class _Row:
    """A document in the database, and the paragraphs that this run has met in it."""

    id: int
    met: set[int] = field(default_factory=set)


class _Desk:
    """One run: it remembers the documents that it met last."""

    def __init__(self, store: Store, intake: Intake, source: str, answered: Callable[[BatchResult], None]) -> None:
        self.answered = answered
        self.store = store
        self.intake = intake
        self.source = source
        self.batch_id: int | None = None
        self.documents: dict[str, _Row] = {}

    def take(self, records: Iterable[Record]) -> None:
        """Take one chunk, inside the caller's transaction."""
        arrivals: list[tuple[int, int, IncomingLayer]] = []
        for record in records:
            if isinstance(record, Arrival):
                arrivals.extend(self._paragraph(record.document, record.paragraph))
            elif isinstance(record, BatchResult):
                self.answered(record)
            elif not isinstance(record, End):
                self.intake.note(record)
        if arrivals:
            if self.batch_id is None:
                models = {layer.model for _, _, layer in arrivals}
                self.batch_id = self.store.add_batch(self.source, models.pop() if len(models) == 1 else "")
            self.intake.new_layers += self.store.add_layers(arrivals, self.batch_id)

    def _paragraph(
        self, document: IncomingDocument, new: IncomingParagraph
    ) -> Iterator[tuple[int, int, IncomingLayer]]:
        row = self._document(document, new)
        digest = _digest(new.text)
        found = self._known(row, new, digest)
        if found:
            self.intake.known_paragraphs += 1
            paragraph_id, rank = found
        else:
            self.intake.new_paragraphs += 1
            rank = (row.id << 32) | new.position
            paragraph_id = self.store.insert(
                "INSERT INTO paragraph (document_id, position, text, lang, place, digest, rank, removed_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                row.id, new.position, new.text, new.lang, new.place, digest, rank, new.removed_at,
            )  # fmt: skip
        row.met.add(paragraph_id)
        brought: set[tuple[str, str]] = set()
        for layer in new.layers:
            same = (layer.kind, layer.text)
            if same in brought or (found and self._has_layer(paragraph_id, *same)):
                self.intake.known_layers += 1
                continue
            brought.add(same)
            yield paragraph_id, rank, layer

    def _document(self, new: IncomingDocument, paragraph: IncomingParagraph) -> _Row:
        row = self.documents.get(new.uri)
        if row:
            return row
        found = self.store.one("SELECT id FROM document WHERE uri = ?", (new.uri,)) or self._by_name(new, paragraph)
        if found:
            row = _Row(found[0])
        else:
            self.intake.new_documents += 1
            row = _Row(
                self.store.insert(
                    "INSERT INTO document (uri, name, title, metadata, created_at) VALUES (?, ?, ?, ?, ?)",
                    new.uri, new.uri.rsplit("/", 1)[-1], new.title, orjson.dumps(new.metadata).decode(),
                    new.added or now(),
                )
            )  # fmt: skip
        if len(self.documents) >= _DOCUMENTS_REMEMBERED:
            self.documents.clear()
        self.documents[new.uri] = row
        return row

    def _by_name(self, new: IncomingDocument, paragraph: IncomingParagraph) -> tuple[int] | None:
        """A batch may name a source by its file name alone: the one document that is called so and has the text."""
        if not paragraph.layers or "/" in new.uri:
            return None
        found = self.store.rows(
            "SELECT d.id FROM document d JOIN paragraph p ON p.document_id = d.id"
            " WHERE d.name = ? AND p.digest = ? AND p.text = ? LIMIT 2",
            (new.uri, _digest(paragraph.text), paragraph.text),
        ).fetchall()
        return found[0] if len(found) == 1 else None

    def _known(self, row: _Row, new: IncomingParagraph, digest: int) -> tuple[int, int] | None:
        """The same text in the same document: at its place, else one that this run has not met at another place."""
        same = self.store.rows(
            "SELECT id, rank, position FROM paragraph WHERE document_id = ? AND digest = ? AND text = ?",
            (row.id, digest, new.text),
        ).fetchall()
        for paragraph_id, rank, position in same:
            if position == new.position:
                return paragraph_id, rank
        return next(((paragraph_id, rank) for paragraph_id, rank, _ in same if paragraph_id not in row.met), None)

    def _has_layer(self, paragraph_id: int, kind: str, text: str) -> bool:
        return bool(
            self.store.one(
                "SELECT 1 FROM layer l JOIN version v ON v.layer_id = l.id"
                " WHERE l.paragraph_id = ? AND l.kind = ? AND v.text = ?",
                (paragraph_id, kind, text),
            )
        )


def _digest(text: str) -> int:
    """64 bits of a text, as SQLite's signed integer."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
