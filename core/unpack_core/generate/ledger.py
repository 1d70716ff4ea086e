"""The books of generation: what is missing, what was asked, and every answer as it came.

A request is known by its identity, a hash of all that could change the answer, so that no run asks twice for what was
answered. An answer is committed before it is read. A failure is a row with its reason, and a later run asks again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import orjson

from unpack_core.database import now

if TYPE_CHECKING:
    from unpack_core.filter import Clause
    from unpack_core.generate.price import Usage
    from unpack_core.generate.request import Request
    from unpack_core.store import Store

_UNDER_WAY = (
    "FROM request u JOIN remote_batch b ON b.id = u.remote_batch_id"
    " WHERE u.state = 'open' AND b.state IN ('intended', 'submitted')"
)
_PAGE = 200
_ENTRY = (
    "id, identity, purpose, paragraph_id, layer_id, kinds, model, effort, recipe, instruction, number, state,"
    " reason, attempts, remote_batch_id"
)


@dataclass(frozen=True, slots=True)
class Gap:
    """A paragraph and the kinds that it has no layer of."""

    paragraph_id: int
    rank: int
    text: str
    lang: str
    place: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One request as it stands in the books."""

    id: int
    identity: str
    purpose: str
    paragraph_id: int
    layer_id: int | None
    kinds: tuple[str, ...]
    model: str
    effort: str
    recipe: str
    instruction: str
    number: int
    state: str
    """`open`, `answered` (stored, not read yet), `done`, `failed` or `refused`."""
    reason: str
    attempts: int
    remote_batch_id: int | None
    """The Message Batch that it was sent in last, unless that never arrived."""


@dataclass(frozen=True, slots=True)
class Paid:
    """An answer as it is stored, and what it cost: tokens, USD (None where the price is not known)."""

    body: Mapping[str, Any]  # whatever JSON the endpoint sent
    input_tokens: int
    """Those that were written to and read from the cache included."""
    cached_tokens: int
    """Of these, those that were read from the cache."""
    output_tokens: int
    cost_usd: float | None


class Ledger:
    """Requests and answers of one database."""

    def __init__(self, store: Store) -> None:
        self.store = store

    # --- what is missing ---------------------------------------------------------------------------------------

    def gaps(self, kinds: Sequence[str], *, model: str, recipe: str, clause: Clause | None = None) -> Iterator[Gap]:
        """Paragraphs that lack layers of these kinds, in reading order, read page by page: write between two of them.

        What this model, by this recipe, refused or had nothing for is not missing any more, nor is what a Message Batch
        is at work on.
        """
        condition, parameters = _narrowed(clause)
        marks = ", ".join("?" * len(kinds))
        at: tuple[int, int] = (-1, 0)
        while True:
            page = self.store.rows(
                "SELECT p.id, p.rank, p.text, p.lang, p.place,"
                f" (SELECT json_group_array(kind) FROM layer WHERE paragraph_id = p.id AND kind IN ({marks})),"
                " (SELECT json_group_array(asked.value) FROM request r, json_each(r.kinds) asked"
                "   WHERE r.paragraph_id = p.id AND r.layer_id IS NULL AND r.state IN ('done', 'refused')"
                "   AND r.model = ? AND r.recipe = ?)"
                " FROM paragraph p JOIN document d ON d.id = p.document_id"
                " WHERE p.removed_at = '' AND (p.rank, p.id) > (?, ?)"
                f" AND (SELECT count(DISTINCT kind) FROM layer WHERE paragraph_id = p.id AND kind IN ({marks})) < ?"
                f" AND NOT EXISTS (SELECT 1 {_UNDER_WAY} AND u.paragraph_id = p.id) AND {condition}"
                f" ORDER BY p.rank, p.id LIMIT {_PAGE}",
                (*kinds, model, recipe, *at, *kinds, len(kinds), *parameters),
            ).fetchall()
            for paragraph_id, rank, text, lang, place, there, asked in page:
                known = {*orjson.loads(there), *orjson.loads(asked)}
                if missing := tuple(kind for kind in kinds if kind not in known):
                    yield Gap(paragraph_id, rank, text, lang, place, missing)
            if len(page) < _PAGE:
                return
            at = page[-1][1], page[-1][0]

    def in_batches(self) -> int:
        """How many paragraphs a Message Batch is at work on."""
        (number,) = self.store.one(f"SELECT count(DISTINCT u.paragraph_id) {_UNDER_WAY}")
        return int(number)

    def missing_still(self, paragraph_id: int, kinds: Sequence[str]) -> list[str]:
        """Those of the kinds that a paragraph has no layer of now."""
        there = {kind for (kind,) in self.store.rows("SELECT kind FROM layer WHERE paragraph_id = ?", (paragraph_id,))}
        return [kind for kind in kinds if kind not in there]

    def lacking(self, entry: Entry, kinds: Sequence[str]) -> tuple[str, ...]:
        """Those of a request's kinds that neither a layer nor another request to the same model has settled."""
        settled = {
            kind
            for (kind,) in self.store.rows(
                "SELECT kind FROM layer WHERE paragraph_id = ?"
                " UNION SELECT asked.value FROM request r, json_each(r.kinds) asked"
                "  WHERE r.paragraph_id = ? AND r.layer_id IS NULL AND r.state IN ('done', 'refused')"
                "  AND r.model = ? AND r.recipe = ? AND r.id <> ?",
                (entry.paragraph_id, entry.paragraph_id, entry.model, entry.recipe, entry.id),
            )
        }
        return tuple(kind for kind in kinds if kind not in settled)

    # --- asking and answering ----------------------------------------------------------------------------------

    def enter(
        self, request: Request, name: Callable[[Request], str], paragraph_id: int, layer_id: int | None = None
    ) -> Entry:
        """The row of a request, whose identity `name` makes: the one that is there, or a new one.

        A paragraph that stands in two places is two paragraphs: each is asked about in requests of its own.
        """
        identity = name(request)  # before others have to wait: the first name of all has the SDK imported, for seconds
        with self.store.write():
            there = self.find(identity)
            if there and (there.paragraph_id, there.layer_id) != (paragraph_id, layer_id):
                request = replace(request, copy=layer_id or paragraph_id)
                identity = name(request)
            self.store.rows(
                "INSERT OR IGNORE INTO request (identity, purpose, paragraph_id, layer_id, kinds, model, effort,"
                " recipe, instruction, number, state, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?)",
                (
                    identity, str(request.purpose), paragraph_id, layer_id, orjson.dumps(request.kinds).decode(),
                    request.model, request.effort, request.recipe, request.instruction, request.number, now(),
                ),
            )  # fmt: skip
        entry = self.find(identity)
        assert entry is not None
        return entry

    def find(self, identity: str) -> Entry | None:
        row = self.store.one(f"SELECT {_ENTRY} FROM request WHERE identity = ?", (identity,))
        return _entry(row) if row else None

    def entry(self, request_id: int) -> Entry:
        return _entry(self.store.one(f"SELECT {_ENTRY} FROM request WHERE id = ?", (request_id,)))

    def keep(self, request_id: int, body: Mapping[str, Any], usage: Usage, cost_usd: float | None) -> None:
        """Commit an answer as it came, before anybody reads it.

        Raises StoreError where the file was removed or replaced meanwhile; then the answer is in what was rescued.
        """

        def write(store: Store) -> None:
            with store.write():
                store.insert(
                    "INSERT INTO answer (request_id, body, input_tokens, output_tokens, cache_read_tokens,"
                    " cache_write_tokens, cost_usd, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    request_id, orjson.dumps(body).decode(), usage.input_tokens, usage.output_tokens, usage.cache_read,
                    usage.cache_write, cost_usd, now(),
                )  # fmt: skip
                store.rows(
                    "UPDATE request SET state = 'answered', reason = '', attempts = attempts + 1 WHERE id = ?",
                    (request_id,),
                )

        self.store.keep(write)

    def mark(self, request_id: int, state: str, reason: str = "", *, tried: bool = False) -> None:
        """Say what became of a request; `tried` counts an attempt that brought no answer."""
        with self.store.write():
            self.store.rows(
                "UPDATE request SET state = ?, reason = ?, attempts = attempts + ? WHERE id = ?",
                (state, reason, tried, request_id),
            )

    def answer(self, request_id: int) -> Paid | None:
        """The last answer to a request."""
        row = self.store.one(
            "SELECT body, input_tokens + cache_read_tokens + cache_write_tokens, cache_read_tokens, output_tokens,"
            " cost_usd FROM answer"
            " WHERE request_id = ? ORDER BY id DESC LIMIT 1",
            (request_id,),
        )
        return Paid(orjson.loads(row[0]), *row[1:]) if row else None

    def has(self, request_id: int, body: Mapping[str, Any]) -> bool:
        """Whether this very answer to a request is stored."""
        said = "SELECT 1 FROM answer WHERE request_id = ? AND body = ?"
        return self.store.one(said, (request_id, orjson.dumps(body).decode())) is not None

    def answered(self, *, unread: bool) -> list[int]:
        """Requests for missing layers that have an answer; with `unread` only those whose answer was never read."""
        states = "('answered')" if unread else "('answered', 'done', 'failed')"
        return [
            request_id
            for (request_id,) in self.store.rows(
                f"SELECT id FROM request r WHERE purpose IN ('unpack', 'repair') AND state IN {states}"
                " AND EXISTS (SELECT 1 FROM answer WHERE request_id = r.id) ORDER BY id"
            )
        ]

    def waiting_rewrites(self, *, unread: bool = True) -> list[int]:
        """Requests to make a layer again whose answer was stored and is no version yet; `unread` ones alone, or also
        those whose answer was read in vain."""
        states = "('answered')" if unread else "('answered', 'failed')"
        found = self.store.rows(
            f"SELECT id FROM request r WHERE layer_id IS NOT NULL AND state IN {states}"
            " AND EXISTS (SELECT 1 FROM answer WHERE request_id = r.id) ORDER BY id"
        )
        return [request_id for (request_id,) in found]

    def made_of(self, request_id: int) -> int | None:
        """The last version that came of a request."""
        found = self.store.one("SELECT max(id) FROM version WHERE request_id = ?", (request_id,))[0]
        return None if found is None else int(found)

    def never_shown(self, layer_id: int) -> list[tuple[str, int, int]]:
        """What a layer was asked for again, came, and has not been its head: identity and number of the request, and
        the version, the oldest first."""
        return self.store.rows(
            "SELECT r.identity, r.number, v.id FROM version v JOIN request r ON r.id = v.request_id"
            " WHERE v.layer_id = ? AND r.purpose = 'regenerate' AND NOT EXISTS (SELECT 1 FROM event e"
            "  WHERE e.layer_id = v.layer_id AND json_extract(e.after, '$.head') = v.id) ORDER BY v.id",
            (layer_id,),
        ).fetchall()

    def rewrites(self, layer_id: int) -> int:
        """How often a layer was asked for again."""
        paragraph = "(SELECT paragraph_id FROM layer WHERE id = ?)"
        sql = f"SELECT count(*) FROM request WHERE paragraph_id = {paragraph} AND layer_id = ?"
        return int(self.store.one(sql, (layer_id, layer_id))[0])

    def instructions(self, most: int = 9) -> list[str]:
        """The curator's instructions, the last one first, each once."""
        found = self.store.rows(
            "SELECT instruction FROM request WHERE instruction <> '' GROUP BY instruction"
            " ORDER BY max(id) DESC LIMIT ?",
            (most,),
        )
        return [instruction for (instruction,) in found]

    def remember_recipe(self, digest: str, toml: str) -> None:
        """Store a revision of a recipe, so that what a version names can be read again."""
        with self.store.write():
            self.store.rows(
                "INSERT OR IGNORE INTO recipe (hash, toml, created_at) VALUES (?, ?, ?)", (digest, toml, now())
            )


class Runs:
    """The batch that the layers of one run are put in: one a model, made when the first comes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ids: dict[str, int] = {}

    def __call__(self, model: str) -> int:
        if model not in self._ids:
            self._ids[model] = self._store.add_batch("generate", model)
        return self._ids[model]


def _narrowed(clause: Clause | None) -> tuple[str, tuple[object, ...]]:
    """A filter asked of a paragraph: one of its layers is found or, where the filter says so, its own text."""
    if clause is None:
        return "1", ()
    condition = (
        "EXISTS (SELECT 1 FROM layer l JOIN version v ON v.id = l.head_id"
        f" WHERE l.paragraph_id = p.id AND {clause.sql})"
    )
    if clause.source is None:
        return condition, clause.parameters
    return f"({condition} OR {clause.source.sql})", (*clause.parameters, *clause.source.parameters)


def _entry(row: Sequence[Any]) -> Entry:
    columns = list(row)
    columns[5] = tuple(orjson.loads(columns[5]))
    return Entry(*columns)
