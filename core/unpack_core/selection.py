"""What a filter found, in an order, held still: the same interface as `ReadingOrder`, over what was found alone.

It is put together once, in temporary tables of this connection, so that a step along it costs the same whatever its
size, and a layer that is decided does not fall out from under the curator. The log tells what has changed since.
Where everything is found, its layers are the layer table itself, up to the last one that there was: only the order of
the paragraphs is made.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from random import Random

from unpack_core.errors import FilterError
from unpack_core.filter import Clause, compiled
from unpack_core.findings import NAMES
from unpack_core.giving_up import unless
from unpack_core.joins import BARE, LAYERS, SOURCES
from unpack_core.queue import Arrangement
from unpack_core.store import Store

_CACHE_KIB = 2_000
"""SQLite's own default. A search goes through the file once: more would be filled, and not read again."""
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class _Weight:
    """How the layers of a paragraph are weighed, the heaviest first."""

    layer: str
    together: str
    join: str = ""


_FINDINGS = "(SELECT count(*) FROM finding WHERE version_id = l.head_id)"
_WEIGHTY = (
    "(SELECT coalesce(sum(CASE name"
    + "".join(f" WHEN '{name}' THEN {check.weight}" for name, check in NAMES.items())
    + " ELSE 1 END), 0) FROM finding WHERE version_id = l.head_id)"
)
_RECORD = (
    " JOIN version shown ON shown.id = l.head_id"
    " LEFT JOIN (SELECT dl.kind, dv.model, (sum(dl.status = 'accepted') + 1.0) / (count(*) + 2) AS chance"
    " FROM layer dl JOIN version dv ON dv.id = dl.head_id WHERE dl.status <> 'pending'"
    " GROUP BY dl.kind, dv.model) record ON record.kind = l.kind AND record.model = shown.model"
)
_WEIGHTS = {
    Arrangement.DOCUMENT: _Weight("0", "max"),
    Arrangement.PROBLEMS: _Weight(_WEIGHTY, "sum"),
    Arrangement.CERTAIN: _Weight(f"coalesce(record.chance, 0.5) - {_FINDINGS}", "min", _RECORD),
    Arrangement.NEWEST: _Weight("l.head_id", "max"),
}


class Selection:
    """The paragraphs and layers that a clause found when it was made; `close` gives the memory back."""

    def __init__(
        self, store: Store, clause: Clause, arrangement: Arrangement = Arrangement.DOCUMENT, *, apart: bool = False
    ) -> None:
        """`apart` is for a store of its own, which is closed with it."""
        self.store = store
        self._apart = apart
        self.clause = clause
        self.arrangement = arrangement
        number = next(_numbers)
        self._paragraphs = f"temp.selected_paragraph_{number}"
        self._layers = f"temp.selected_layer_{number}"
        self._last_known = 0
        with store.one_moment():
            self._seen = store.last("event")
            self._build(number)
        self._total = int(store.one(f"SELECT count(*) FROM {self._paragraphs}")[0])
        self.size = int(store.one(f"SELECT count(*) FROM {self._layers}")[0])
        """How many layers there are in it."""
        self._left = int(store.one(f"SELECT coalesce(sum(open), 0) FROM {self._paragraphs}")[0])

    def close(self) -> None:
        if self._apart:
            self.store.close()
            return
        self.store.rows(f"DROP TABLE {self._paragraphs}")
        self.store.rows(f"DROP {'VIEW' if self.clause.everything else 'TABLE'} {self._layers}")

    # --- the way along it --------------------------------------------------------------------------------------

    def total(self) -> int:
        """How many paragraphs there are."""
        return self._total

    def left(self) -> int:
        """How many of its layers are pending now."""
        self._catch_up()
        return self._left

    def number(self, paragraph_id: int) -> int:
        """1 for the first paragraph; for one that is not in it, the number of the one before."""
        return self._place(paragraph_id)[0]

    def between(self, start_id: int, end_id: int) -> int:
        """How many paragraphs further the second is; negative where it stands before the first."""
        start = self.number(start_id)
        return self.number(end_id) - start

    def first(self) -> int | None:
        return self._at(1)

    def last(self) -> int | None:
        return self._at(self._total)

    def after(self, paragraph_id: int) -> int | None:
        """The paragraph that follows."""
        return self._at(self.number(paragraph_id) + 1)

    def before(self, paragraph_id: int) -> int | None:
        place, inside = self._place(paragraph_id)
        return self._at(place - inside)

    def next_open(self, paragraph_id: int | None = None) -> int | None:
        """The first paragraph after this one, or of all, that has a pending layer of the selection."""
        self._catch_up()
        place = 0 if paragraph_id is None else self.number(paragraph_id)
        row = self.store.one(
            f"SELECT paragraph_id FROM {self._paragraphs} WHERE open AND n > ? ORDER BY n LIMIT 1", (place,)
        )
        return int(row[0]) if row else None

    def nearest(self, paragraph_id: int) -> int | None:
        """This paragraph, or the one that follows where it would be, or the first."""
        place, inside = self._place(paragraph_id)
        return paragraph_id if inside else self._at(place + 1) or self.first()

    def layers(self, paragraph_id: int) -> frozenset[int] | None:
        """Which layers of a paragraph are in it; None for all.

        That is of a paragraph that was found without layers, or that came into view some other way.
        """
        rows = self.store.rows(
            f"SELECT s.layer_id FROM layer l JOIN {self._layers} s ON s.layer_id = l.id WHERE l.paragraph_id = ?",
            (paragraph_id,),
        )
        return frozenset(layer_id for (layer_id,) in rows) or None

    # --- all of it ---------------------------------------------------------------------------------------------

    def layer_ids(self) -> Iterator[int]:
        """All its layers in order, streamed."""
        for (layer_id,) in self.store.rows(
            f"SELECT s.layer_id FROM {self._paragraphs} o CROSS JOIN layer l ON l.paragraph_id = o.paragraph_id"
            f" CROSS JOIN {self._layers} s ON s.layer_id = l.id ORDER BY o.n, l.id"
        ):
            yield layer_id

    def sample(self, size: int, seed: int = 0) -> list[int]:
        """Some of its layers, each as likely as any other, in order; the same ones for the same seed."""
        chosen = set(Random(seed).sample(range(self.size), min(size, self.size)))
        return [layer_id for place, layer_id in enumerate(self.layer_ids()) if place in chosen]

    # --- how it is made ----------------------------------------------------------------------------------------

    def _build(self, number: int) -> None:
        run, clause, weight = self.store.rows, self.clause, _WEIGHTS[self.arrangement]
        if clause.everything:
            last = self.store.last("layer")
            some = f"layer l{weight.join} WHERE l.id <= {last}"
            run(f"CREATE VIEW {self._layers} AS SELECT id AS layer_id FROM layer WHERE id <= {last}")
        else:
            some = f"{self._layers} s CROSS JOIN layer l ON l.id = s.layer_id{weight.join}"
            run(f"CREATE TABLE {self._layers} (layer_id INTEGER PRIMARY KEY)")
            run(f"INSERT INTO {self._layers} SELECT l.id FROM {LAYERS} WHERE {clause.sql}", clause.parameters)
        found = (
            f"SELECT l.paragraph_id, l.rank, sum(l.status = 'pending') AS open, {weight.together}({weight.layer})"
            f" AS weight FROM {some} GROUP BY l.paragraph_id"
        )
        parameters: tuple[object, ...] = ()
        if clause.source:  # those without layers come last, unless all come as they are read
            found += (
                f" UNION ALL SELECT p.id, p.rank, 0, iif(?, 0, NULL) FROM {SOURCES}"
                f" WHERE {BARE} AND {clause.source.sql}"
            )
            parameters = (self.arrangement == Arrangement.DOCUMENT, *clause.source.parameters)
        run(
            f"CREATE TABLE {self._paragraphs} (n INTEGER PRIMARY KEY, paragraph_id INTEGER NOT NULL UNIQUE,"
            " open INTEGER NOT NULL)"
        )
        run(
            f"INSERT INTO {self._paragraphs} (paragraph_id, open) SELECT paragraph_id, open FROM ({found})"
            " ORDER BY weight DESC NULLS LAST, rank, paragraph_id",
            parameters,
        )
        run(f"CREATE INDEX temp.selected_open_{number} ON selected_paragraph_{number}(n) WHERE open")

    def _catch_up(self) -> None:
        """Take from the log which layers may have been decided or opened since."""
        seen, self._seen = self._seen, self.store.last("event")
        if seen == self._seen:
            return
        changed = self.store.rows(
            f"SELECT o.paragraph_id, sum(l.status = 'pending') - o.open AS more FROM {self._paragraphs} o"
            f" CROSS JOIN layer l ON l.paragraph_id = o.paragraph_id CROSS JOIN {self._layers} s ON s.layer_id = l.id"
            " WHERE o.paragraph_id IN (SELECT c.paragraph_id FROM event e JOIN layer c ON c.id = e.layer_id"
            "  WHERE e.id > ? AND e.id <= ?)"
            " GROUP BY o.paragraph_id HAVING more",
            (seen, self._seen),
        ).fetchall()
        for paragraph_id, more in changed:
            self.store.rows(
                f"UPDATE {self._paragraphs} SET open = open + ? WHERE paragraph_id = ?", (more, paragraph_id)
            )
            self._left += more

    def _place(self, paragraph_id: int) -> tuple[int, bool]:
        """Its number and True; where it is not in it, the number of the one before it and False.

        Only reading order says where a stranger would stand. In another order that is where the curator was last.
        """
        row = self.store.one(f"SELECT n FROM {self._paragraphs} WHERE paragraph_id = ?", (paragraph_id,))
        if row:
            self._last_known = row[0]
            return row[0], True
        if self.arrangement != Arrangement.DOCUMENT:
            return self._last_known, False
        return bisect_right(range(1, self._total + 1), self._key(paragraph_id), key=self._key_at), False

    def _key_at(self, place: int) -> tuple[int, int]:
        paragraph_id = self._at(place)
        assert paragraph_id is not None
        return self._key(paragraph_id)

    def _key(self, paragraph_id: int) -> tuple[int, int]:
        return self.store.one("SELECT rank FROM paragraph WHERE id = ?", (paragraph_id,))[0], paragraph_id

    def _at(self, place: int) -> int | None:
        row = self.store.one(f"SELECT paragraph_id FROM {self._paragraphs} WHERE n = ?", (place,))
        return int(row[0]) if row else None


class Search:
    """A selection in the making, on a connection of its own: `find` runs in any thread, and `end` ends it.

    A frequent word in a million layers takes seconds, in which the curator wants to go on.
    """

    def __init__(self, store: Store, expression: str, arrangement: Arrangement = Arrangement.DOCUMENT) -> None:
        """Raises FilterError for the first word that means nothing."""
        self.arrangement = arrangement
        self._ended = False
        self._store = store.again()
        self._store.rows(f"PRAGMA cache_size = -{_CACHE_KIB}")
        try:
            self._clause = compiled(self._store, expression)
        except FilterError:
            self._store.close()
            raise

    def find(self) -> Selection | None:
        """What is found; None where it was ended before."""
        found = None
        try:
            found = unless(lambda: self._ended, self._store, self._made)
        finally:
            if found is None:
                self._store.close()
        return found

    def _made(self) -> Selection:
        return Selection(self._store, self._clause, self.arrangement, apart=True)

    def end(self) -> None:
        """From any thread; within milliseconds."""
        self._ended = True
