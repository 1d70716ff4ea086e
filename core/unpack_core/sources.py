"""The paragraphs of a document as its source has them: found again, moved, changed in place, gone and back.

Nothing is dropped: a text that was replaced is kept beside its paragraph, and a paragraph that its source has no more
stays with its layers and says so.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from unpack_core import checks, search
from unpack_core.database import DatabaseFile, now
from unpack_core.findings.looking import check
from unpack_core.model import LAST_POSITION, UNPLACED, IncomingParagraph
from unpack_core.notation import parse

_ALIKE = "document_id = ? AND digest = ? AND text = ?"
_FEW = 8
"""So many paragraphs of one text are looked up as often as they are asked for."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A paragraph as it is in the database."""

    id: int
    rank: int
    position: int
    place: str
    lang: str
    removed_at: str


@dataclass(frozen=True, slots=True)
class Left:
    """A stored paragraph that did not come."""

    id: int
    position: int
    text: str
    removed_at: str


@dataclass(frozen=True, slots=True)
class Quotations:
    """What became of the quotations in a paragraph's layers when its text changed."""

    kept: int
    """Those that stand in the new text."""
    lost: int
    """Those that stood in the old one alone."""


class Sources:
    """One run's view: what is stored, and which paragraphs the run has met, one bit each."""

    def __init__(self, store: DatabaseFile) -> None:
        self._store = store
        self._met = bytearray()
        self._counted: dict[tuple[int, int, int], int] = {}
        """Paragraphs that were found at another place than a line counts them at: by document, digest and place."""
        self._document_id = 0
        self._alike: dict[str, array[int]] = {}
        """Those of one document that have the same text, where they are many, by that text: the last one first."""
        self._revised = bool(store.one("SELECT 1 FROM paragraph_revision LIMIT 1"))

    def is_met(self, paragraph_id: int) -> bool:
        byte = paragraph_id >> 3
        return byte < len(self._met) and bool(self._met[byte] & (1 << (paragraph_id & 7)))

    def meet(self, paragraph_id: int) -> None:
        byte = paragraph_id >> 3
        if byte >= len(self._met):
            self._met.extend(bytes(max(byte + 1 - len(self._met), 1 << 12)))
        self._met[byte] |= 1 << (paragraph_id & 7)

    def begin(self, document_id: int) -> int:
        """A document comes whole, perhaps for the second time in this run: how many paragraphs it has."""
        self._alike.clear()
        ids = self._store.rows("SELECT id FROM paragraph WHERE document_id = ?", (document_id,)).fetchall()
        for (paragraph_id,) in ids:
            if self.is_met(paragraph_id):
                self._met[paragraph_id >> 3] &= ~(1 << (paragraph_id & 7))
        return len(ids)

    def find(self, document_id: int, new: IncomingParagraph, digest: int, *, whole: bool) -> Stored | None:
        """The same text in the same document: at its place, else one that this run has not met at another place, which
        is that place from then on for lines that count otherwise. Where no place is said, any is the same.

        Of a whole document each comes once. Where not all of it comes, a text that the paragraph had before will do.
        """
        for one in self._stored("rank = ? AND text = ?", rank_of(document_id, new.position), new.text):
            if not (whole and self.is_met(one.id)):
                return one
        alike = (document_id, digest, new.text)
        if new.position == UNPLACED:
            found = next(self._stored(_ALIKE, *alike), None)
        elif whole:
            found = self._unmet(*alike)
        else:
            counted = (document_id, digest, new.position)
            same = self._stored(f"{_ALIKE} AND id = ?", *alike, self._counted.get(counted, 0))
            found = next(same, None) or self._unmet(*alike)
            if found:
                self._counted[counted] = found.id
        return found or (None if whole or not self._revised else self._before(document_id, new.text))

    def _unmet(self, document_id: int, digest: int, text: str) -> Stored | None:
        """The first of a document's paragraphs of that text that this run has not met.

        They are looked up once: one line may stand there many thousand times, each time at another place than before.
        """
        if document_id != self._document_id:
            self._document_id = document_id
            self._alike.clear()
        ids = self._alike.get(text)
        if ids is None:
            rows = self._store.rows(
                f"SELECT id FROM paragraph WHERE {_ALIKE} ORDER BY removed_at DESC, position DESC, id DESC",
                (document_id, digest, text),
            )
            ids = array("q", (paragraph_id for (paragraph_id,) in rows))
            if len(ids) > _FEW:
                self._alike[text] = ids
        while ids and self.is_met(ids[-1]):
            ids.pop()
        return next(self._stored("id = ?", ids[-1])) if ids else None

    def _stored(self, which: str, *parameters: object) -> Iterator[Stored]:
        rows = self._store.rows(
            f"SELECT id, rank, position, place, lang, removed_at FROM paragraph WHERE {which}"
            " ORDER BY removed_at, position, id",
            parameters,
        )
        return (Stored(*row) for row in rows)

    def _before(self, document_id: int, text: str) -> Stored | None:
        row = self._store.one(
            "SELECT p.id, p.rank, p.position, p.place, p.lang, p.removed_at FROM paragraph p"
            " JOIN paragraph_revision r ON r.paragraph_id = p.id WHERE p.document_id = ? AND r.text = ?",
            (document_id, text),
        )
        return Stored(*row) if row else None

    def add(self, document_id: int, new: IncomingParagraph, digest: int) -> tuple[int, int]:
        """A new paragraph: its id and rank."""
        rank = rank_of(document_id, new.position)
        paragraph_id = self._store.insert(
            "INSERT INTO paragraph (document_id, position, text, lang, place, digest, rank, removed_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            document_id, new.position, new.text, new.lang, new.place, digest, rank, new.removed_at,
        )  # fmt: skip
        self.meet(paragraph_id)
        return paragraph_id, rank

    def end(self, document_id: int) -> int:
        """The position behind all paragraphs that a document has."""
        first = rank_of(document_id, 0)
        (last,) = self._store.one("SELECT max(rank) FROM paragraph WHERE rank BETWEEN ? AND ?", (first, first + _RANKS))
        return 0 if last is None else min(int(last) - first + 1, LAST_POSITION)

    def stays(self, document_id: int, stored: Stored, new: IncomingParagraph) -> bool:
        """The source has the paragraph, perhaps at another place; True where it had not."""
        lang = stored.lang or new.lang
        now_there = (new.position, new.place, lang, "")
        if now_there != (stored.position, stored.place, stored.lang, stored.removed_at):
            self._store.rows(
                "UPDATE paragraph SET position = ?, place = ?, lang = ?, removed_at = ?, rank = ? WHERE id = ?",
                (*now_there, rank_of(document_id, new.position), stored.id),
            )
        return bool(stored.removed_at)

    def unmet(self, document_id: int) -> list[Left]:
        """The document's paragraphs that this run has not met."""
        rows = self._store.rows(
            "SELECT id, position, text, removed_at FROM paragraph WHERE document_id = ? ORDER BY rank, id",
            (document_id,),
        )
        return [Left(*row) for row in rows if not self.is_met(row[0])]

    def unmet_inside(self, uri: str) -> list[int]:
        """Paragraphs of documents named `uri#…` that this run has not met, those aside that were gone before."""
        rows = self._store.rows(
            "SELECT p.id FROM document d JOIN paragraph p ON p.document_id = d.id"
            " WHERE d.uri >= ? AND d.uri < ? AND p.removed_at = ''",
            (f"{uri}#", f"{uri}$"),
        )
        return [paragraph_id for (paragraph_id,) in rows if not self.is_met(paragraph_id)]

    def change(self, document_id: int, old: Left, new: IncomingParagraph) -> Quotations:
        """The paragraph has another text now; the one it had is kept. Search and findings follow at once."""
        self._store.rows(
            "INSERT INTO paragraph_revision (paragraph_id, text, replaced_at) VALUES (?, ?, ?)",
            (old.id, old.text, now()),
        )
        self._revised = True
        self._store.rows(
            "UPDATE paragraph SET text = ?, digest = ?, position = ?, rank = ?, lang = ?, place = ?, removed_at = ''"
            " WHERE id = ?",
            (new.text, digest_of(new.text), new.position, rank_of(document_id, new.position), new.lang, new.place,
             old.id),
        )  # fmt: skip
        search.replaced(self._store, old.id, old.text, new.text)
        checks.check_again(self._store, old.id)
        self.meet(old.id)
        return self._anchors(old, new)

    def _anchors(self, old: Left, new: IncomingParagraph) -> Quotations:
        kept = lost = 0
        for kind, text in self._store.rows(
            "SELECT l.kind, v.text FROM layer l JOIN version v ON v.id = l.head_id WHERE l.paragraph_id = ?", (old.id,)
        ):
            quoted = sum(bool(item.quote) for item in parse(text))
            missing, before = (
                sum(one.name == "quote-not-found" for one in check(text, source, kind=kind, lang=new.lang))
                for source in (new.text, old.text)
            )
            kept += quoted - missing
            lost += max(0, missing - before)
        return Quotations(kept, lost)

    def remove(self, paragraph_ids: list[int]) -> None:
        """The source has these no more."""
        self._alike.clear()  # what is gone comes after what is there
        at = now()
        self._store.connection.executemany(
            "UPDATE paragraph SET removed_at = ? WHERE id = ? AND removed_at = ''", ((at, one) for one in paragraph_ids)
        )


_RANKS = (1 << 32) - 1


def rank_of(document_id: int, position: int) -> int:
    """Where a paragraph stands in the reading order of everything."""
    return (document_id << 32) | position


def digest_of(text: str) -> int:
    """64 bits of a text, as SQLite's signed integer."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
