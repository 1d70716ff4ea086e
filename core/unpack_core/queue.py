"""The order in which paragraphs are read, and the way along it. Nothing here loads more than a row or two."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from unpack_core.store import Store

_LEFT = "review.left"
"""How many layers are pending in all, and the last event that this is true of."""


class Arrangement(StrEnum):
    """In what order paragraphs come."""

    DOCUMENT = "document"
    """As they are read."""
    PROBLEMS = "problems"
    """The weightiest findings first, those of the layers that were found together."""
    CERTAIN = "certain"
    """A paragraph is as sure as its least sure layer. A layer is surer the fewer findings it has and, with as many, the
    more often the curator has accepted that kind from that model: (accepted + 1) / (decided + 2)."""
    NEWEST = "newest"
    """The latest text first."""


class Order(Protocol):
    """A way along paragraphs: all of them as they are read, or a selection. Paragraphs are named by their ids."""

    def total(self) -> int: ...
    def left(self) -> int: ...
    def number(self, paragraph_id: int) -> int: ...
    def between(self, start_id: int, end_id: int) -> int: ...
    def first(self) -> int | None: ...
    def last(self) -> int | None: ...
    def after(self, paragraph_id: int) -> int | None: ...
    def before(self, paragraph_id: int) -> int | None: ...
    def next_open(self, paragraph_id: int | None = None) -> int | None: ...
    def layers(self, paragraph_id: int) -> frozenset[int] | None: ...


class ReadingOrder:
    """Documents as they came, paragraphs as they stand in them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._total = 0
        self._counted_at: tuple[int, int] | None = None

    def total(self) -> int:
        """How many paragraphs there are: counted again only after another window wrote, or one came in here."""
        now = (self.store.data_version(), self.store.last("paragraph"))
        if now != self._counted_at:
            (self._total,) = self.store.one("SELECT count(*) FROM paragraph")
            self._counted_at = now
        return self._total

    def left(self) -> int:
        """How many layers are pending."""
        kept = self.store.setting(_LEFT, {})
        return int(kept["left"]) if kept.get("event") == self.store.last("event") else self._pending()

    def keep_left(self) -> None:
        """Keep how many are left for as long as nothing is done: to count a million takes the first picture 0.1 s."""
        if self.store.setting(_LEFT, {}).get("event") != self.store.last("event"):
            with self.store.write():
                self.store.set_setting(_LEFT, {"event": self.store.last("event"), "left": self._pending()})

    def forget_left(self) -> None:
        """What was kept is wrong where layers were mended without an event."""
        self.store.rows("DELETE FROM setting WHERE key = ?", (_LEFT,))

    def _pending(self) -> int:
        return int(self.store.one("SELECT count(*) FROM layer WHERE status = 'pending'")[0])

    def number(self, paragraph_id: int) -> int:
        """1 for the first paragraph."""
        return int(
            self.store.one("SELECT count(*) FROM paragraph WHERE (rank, id) <= (?, ?)", self._key(paragraph_id))[0]
        )

    def between(self, start_id: int, end_id: int) -> int:
        """How many paragraphs further the second is; negative where it stands before the first."""
        start, end = self._key(start_id), self._key(end_id)
        count = int(
            self.store.one(
                "SELECT count(*) FROM paragraph WHERE (rank, id) > (?, ?) AND (rank, id) <= (?, ?)",
                (*min(start, end), *max(start, end)),
            )[0]
        )
        return count if end >= start else -count

    def first(self) -> int | None:
        return self._id("SELECT id FROM paragraph ORDER BY rank, id LIMIT 1")

    def last(self) -> int | None:
        return self._id("SELECT id FROM paragraph ORDER BY rank DESC, id DESC LIMIT 1")

    def after(self, paragraph_id: int) -> int | None:
        """The paragraph that follows."""
        return self._id(
            "SELECT id FROM paragraph WHERE (rank, id) > (?, ?) ORDER BY rank, id LIMIT 1", *self._key(paragraph_id)
        )

    def before(self, paragraph_id: int) -> int | None:
        return self._id(
            "SELECT id FROM paragraph WHERE (rank, id) < (?, ?) ORDER BY rank DESC, id DESC LIMIT 1",
            *self._key(paragraph_id),
        )

    def next_open(self, paragraph_id: int | None = None) -> int | None:
        """The first paragraph after this one, or of all, that has a pending layer."""
        if paragraph_id is None:
            return self._id(
                "SELECT paragraph_id FROM layer WHERE status = 'pending' ORDER BY rank, paragraph_id LIMIT 1"
            )
        return self._id(
            "SELECT paragraph_id FROM layer WHERE status = 'pending' AND (rank, paragraph_id) > (?, ?)"
            " ORDER BY rank, paragraph_id LIMIT 1",
            *self._key(paragraph_id),
        )

    def layers(self, paragraph_id: int) -> frozenset[int] | None:  # noqa: ARG002 — all of them, whichever it is
        """Which layers of a paragraph are in it; None for all."""
        return None

    def _key(self, paragraph_id: int) -> tuple[int, int]:
        (rank,) = self.store.one("SELECT rank FROM paragraph WHERE id = ?", (paragraph_id,))
        return rank, paragraph_id

    def _id(self, sql: str, *parameters: object) -> int | None:
        row = self.store.one(sql, parameters)
        return row[0] if row else None
