"""Records that a reader brings become rows: what is there already is found again, what is new is added.

A paragraph is the same when its document and its text are; a layer is there already when its paragraph has one of that
kind with that text among its versions. (Two layers may have come to say the same: an export has both, and both come
back.) Of a document that came whole before, what is left over on both sides at its end is compared: a paragraph whose
words were changed keeps its layers, one that is gone is marked. Work is committed in chunks, so that memory stays flat
and a run that was cut off is finished by running it again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

import orjson

from unpack_core.corpus import Arrival, BatchResult, End, Holds, Notice, Record, Trouble
from unpack_core.database import now
from unpack_core.model import UNPLACED, IncomingDocument, IncomingLayer, IncomingParagraph
from unpack_core.pairing import Placed, pairs
from unpack_core.sources import Sources, digest_of, rank_of
from unpack_core.store import Store

_CHUNK = 1000
_DOCUMENTS_REMEMBERED = 10_000
TOLD = 100
"""So many lines are told of, and so many files: of a gigabyte of bad lines nobody wants each."""
LONG = 20_000
"""Characters of a paragraph that is odd for its length."""

_Layers = Iterator[tuple[int, int, IncomingLayer]]


@dataclass(slots=True)
class Intake:
    """What came in, counted as it comes: `new_*` was added, `known_*` was there already."""

    new_documents: int = 0
    new_paragraphs: int = 0
    known_paragraphs: int = 0
    new_layers: int = 0
    known_layers: int = 0
    changed: int = 0
    """Paragraphs whose source has another text in their place."""
    removed: int = 0
    """Paragraphs that their source has no more."""
    back: int = 0
    """Paragraphs that their source had not, and has again."""
    kept_quotations: int = 0
    lost_quotations: int = 0
    """Of layers of paragraphs that changed: those that are still found, and those that are not."""
    languages: Counter[str] = field(default_factory=Counter)
    """Of the new paragraphs."""
    kinds: Counter[str] = field(default_factory=Counter)
    """Of the new layers."""
    long: int = 0
    """New paragraphs that are longer than anybody reads at once."""
    documents: list[str] = field(default_factory=list)
    """The first of the new ones."""
    left_out: int = 0
    """Lines and files that were not read."""
    troubles: list[Trouble] = field(default_factory=list)
    """The first of them."""
    notices: list[Notice] = field(default_factory=list)
    """What is to be said of files, the first of it."""
    batch_id: int | None = None
    """The batch that the new layers are."""

    @property
    def brought(self) -> bool:
        """Whether any paragraph came, new or known."""
        return bool(self.new_paragraphs or self.known_paragraphs or self.changed)

    def note(self, record: Trouble | Notice) -> None:
        """Keep what is said of a file or a line, as far as anybody would read it."""
        if isinstance(record, Notice):
            if len(self.notices) < TOLD:
                self.notices.append(record)
            return
        self.left_out += 1
        if len(self.troubles) < TOLD:
            self.troubles.append(record)

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
    """A document in the database."""

    id: int
    new: bool
    """Whether this run made it."""
    left: int | None = None
    """While it comes whole: how many of its paragraphs have not come yet; None while it does not."""
    waiting: list[IncomingParagraph] = field(default_factory=list)
    """Texts that it has not: whether they are new or changed is seen when the rest has come."""


class _Desk:
    """One run: it remembers the documents that it met last."""

    def __init__(self, store: Store, intake: Intake, source: str, answered: Callable[[BatchResult], None]) -> None:
        self.answered = answered
        self.store = store
        self.intake = intake
        self.source = source
        self.sources = Sources(store)
        self.named = store.last("document")
        """Documents up to this one may be meant by their file name: those that were there, and files of this run. The
        lines of an export name each of its documents in full."""
        self.documents: dict[str, _Row] = {}
        self.unsettled: dict[int, _Row] = {}
        """Those with something waiting."""
        self.brought = Counter[tuple[int, str, str]]()
        """Layers of this chunk, which are not in the file yet: how many by paragraph, kind, text."""

    def take(self, records: Iterable[Record]) -> None:
        """Take one chunk, inside the caller's transaction."""
        self.brought.clear()
        arrivals: list[tuple[int, int, IncomingLayer]] = []
        for record in records:
            if isinstance(record, Arrival):
                arrivals.extend(self._paragraph(record.document, record.paragraph))
            elif isinstance(record, End):
                arrivals.extend(self._end(record))
            elif isinstance(record, BatchResult):
                self.answered(record)
            else:
                self.intake.note(record)
        if arrivals:
            if self.intake.batch_id is None:
                models = {layer.model for _, _, layer in arrivals}
                self.intake.batch_id = self.store.add_batch(self.source, models.pop() if len(models) == 1 else "")
            self.intake.new_layers += self.store.add_layers(arrivals, self.intake.batch_id)
            self.intake.kinds.update(layer.kind for _, _, layer in arrivals)

    def _paragraph(self, document: IncomingDocument, new: IncomingParagraph) -> _Layers:
        row = self._document(document, new)
        digest = digest_of(new.text)
        if document.whole and row.left is None:
            row.left = self.sources.begin(row.id)
        if row.left == 0:  # it has nothing that could be this
            yield from self._added(row, new, digest)
            return
        found = self.sources.find(row.id, new, digest, whole=document.whole)
        if found:
            self.sources.meet(found.id)
            if row.left:
                row.left -= 1
            self.intake.known_paragraphs += 1
            if document.whole or document.record:
                self.intake.back += self.sources.stays(row.id, found, new)
            yield from self._layers(found.id, found.rank, new, known=True)
        elif not document.whole and (row.new or not document.record):
            yield from self._added(row, new, digest)
        else:
            row.waiting.append(new)
            self.unsettled[row.id] = row

    def _added(self, row: _Row, new: IncomingParagraph, digest: int) -> _Layers:
        if new.position == UNPLACED:
            new = replace(new, position=self.sources.end(row.id))
        self.intake.new_paragraphs += 1
        self.intake.languages[new.lang] += 1
        self.intake.long += len(new.text) > LONG
        yield from self._layers(*self.sources.add(row.id, new, digest), new, known=False)

    def _layers(self, paragraph_id: int, rank: int, new: IncomingParagraph, *, known: bool) -> _Layers:
        said = Counter[tuple[int, str, str]]()
        for layer in new.layers:
            same = (paragraph_id, layer.kind, layer.text)
            # only an export says when each was made: there a text that stands twice is that of two layers
            said[same] += 1 if layer.created_at or same not in said else 0
            if said[same] <= self.brought[same] + (self._has_layers(*same) if known else 0):
                self.intake.known_layers += 1
                continue
            self.brought[same] += 1
            yield paragraph_id, rank, layer

    def _has_layers(self, paragraph_id: int, kind: str, text: str) -> int:
        """How many layers of a kind have that text among their versions."""
        return int(
            self.store.one(
                "SELECT count(DISTINCT l.id) FROM layer l JOIN version v ON v.layer_id = l.id"
                " WHERE l.paragraph_id = ? AND l.kind = ? AND v.text = ?",
                (paragraph_id, kind, text),
            )[0]
        )

    # --- documents ---------------------------------------------------------------------------------------------

    def _document(self, new: IncomingDocument, paragraph: IncomingParagraph) -> _Row:
        row = self.documents.get(new.uri)
        if row:
            return row
        found = self.store.one("SELECT id FROM document WHERE uri = ?", (new.uri,)) or self._by_name(new, paragraph)
        if found:
            row = _Row(found[0], new=False)
            if new.whole or new.record:
                self._describe(row.id, new)
        else:
            self.intake.new_documents += 1
            if len(self.intake.documents) < TOLD:
                self.intake.documents.append(new.uri)
            row = _Row(
                self.store.insert(
                    "INSERT INTO document (uri, name, title, metadata, created_at) VALUES (?, ?, ?, ?, ?)",
                    new.uri, new.uri.rsplit("/", 1)[-1], new.title, orjson.dumps(new.metadata).decode(),
                    new.added or now(),
                ),
                new=True,
            )  # fmt: skip
            if new.whole or new.record:
                self.named = row.id
        if len(self.documents) >= _DOCUMENTS_REMEMBERED:
            self.documents.clear()
        self.documents[new.uri] = row
        return row

    def _describe(self, document_id: int, new: IncomingDocument) -> None:
        """What the source says of itself now."""
        said = (new.title, orjson.dumps(new.metadata).decode())
        if self.store.one("SELECT title, metadata FROM document WHERE id = ?", (document_id,)) != said:
            self.store.rows("UPDATE document SET title = ?, metadata = ? WHERE id = ?", (*said, document_id))

    def _by_name(self, new: IncomingDocument, paragraph: IncomingParagraph) -> tuple[int] | None:
        """A batch may name a source by its file name alone: the one document that is called so and has the text."""
        if not paragraph.layers or "/" in new.uri:
            return None
        found = self.store.rows(
            "SELECT d.id FROM document d JOIN paragraph p ON p.document_id = d.id"
            " WHERE d.name = ? AND d.id <= ? AND p.digest = ? AND p.text = ? LIMIT 2",
            (new.uri, self.named, digest_of(paragraph.text), paragraph.text),
        ).fetchall()
        return found[0] if len(found) == 1 else None

    # --- what changed ------------------------------------------------------------------------------------------

    def _end(self, end: End) -> _Layers:
        if end.holds is Holds.RECORDS:
            for unsettled in list(self.unsettled.values()):
                yield from self._settle(unsettled)
            return
        row = self.documents.pop(end.uri, None) or self._stored(end.uri)
        if row:
            if row.left is None:  # nothing of it came
                row.left = self.sources.begin(row.id)
            yield from self._settle(row)
        if end.holds is Holds.MESSAGES:
            self._remove(self.sources.unmet_inside(end.uri))

    def _stored(self, uri: str) -> _Row | None:
        found = self.store.one("SELECT id FROM document WHERE uri = ?", (uri,))
        return _Row(found[0], new=False) if found else None

    def _settle(self, row: _Row) -> _Layers:
        """Of a document that was there before: what is left over on both sides, and what became of it."""
        self.unsettled.pop(row.id, None)
        new, row.waiting = row.waiting, []
        if not new and not row.left:
            return
        old = self.sources.unmet(row.id)
        made_from = pairs([Placed(one.text, one.position) for one in old],
                          [Placed(one.text, one.position) for one in new])  # fmt: skip
        for at, one in enumerate(new):
            if at not in made_from:
                yield from self._added(row, one, digest_of(one.text))
                continue
            before = old[made_from[at]]
            quotations = self.sources.change(row.id, before, one)
            self.intake.changed += 1
            self.intake.back += bool(before.removed_at)
            self.intake.kept_quotations += quotations.kept
            self.intake.lost_quotations += quotations.lost
            yield from self._layers(before.id, rank_of(row.id, one.position), one, known=True)
        became = set(made_from.values())
        self._remove([one.id for at, one in enumerate(old) if at not in became and not one.removed_at])

    def _remove(self, paragraph_ids: list[int]) -> None:
        self.intake.removed += len(paragraph_ids)
        self.sources.remove(paragraph_ids)
