"""What is in the file: paragraphs, layers and versions, and the log through which alone a layer's state changes.

A layer's `status`, `flagged` and `head_id` and its tags are changed by a step of the log and nowhere else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from unpack_core import events
from unpack_core.clean import clean
from unpack_core.database import now
from unpack_core.errors import StaleError, StoreError
from unpack_core.events import Action, Change, State
from unpack_core.model import Document, IncomingLayer, IncomingVersion, Layer, Origin, Paragraph, Status, Version
from unpack_core.steps import Log, Step

_HEAD = (
    "v.id, v.layer_id, v.parent_id, v.origin, v.text, v.model, v.batch_id, v.instruction, v.recipe, v.effort, "
    "v.input_tokens, v.output_tokens, v.cost_usd, v.created_at"
)
_TAGS = (
    "(SELECT group_concat(t.name, char(10)) FROM layer_tag lt JOIN tag t ON t.id = lt.tag_id WHERE lt.layer_id = l.id)"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A half-typed edit and the version that it began from."""

    version_id: int
    text: str


class Store(Log):
    """The database as the curator's nouns and verbs. Not to be shared between threads: each opens its own."""

    # --- reading -----------------------------------------------------------------------------------------------

    def document(self, document_id: int) -> Document:
        return Document(*self.one("SELECT id, uri, title FROM document WHERE id = ?", (document_id,)))

    def paragraph(self, paragraph_id: int) -> Paragraph:
        return Paragraph(
            *self.one(
                "SELECT id, document_id, position, text, lang, place, removed_at, coalesce((SELECT max(replaced_at)"
                " FROM paragraph_revision WHERE paragraph_id = p.id), '') FROM paragraph p WHERE id = ?",
                (paragraph_id,),
            )
        )

    def layer(self, layer_id: int) -> Layer:
        return next(self._layers("l.id = ?", (layer_id,)))

    def layers(self, paragraph_id: int) -> list[Layer]:
        """All layers of a paragraph, oldest first."""
        return list(self._layers("l.paragraph_id = ?", (paragraph_id,)))

    def _layers(self, where: str, parameters: Sequence[object]) -> Iterator[Layer]:
        for row in self.rows(
            f"SELECT l.id, l.paragraph_id, l.kind, l.status, l.flagged, {_TAGS},"
            " (SELECT count(*) FROM version WHERE layer_id = l.id),"
            f" (SELECT count(*) FROM version WHERE layer_id = l.id AND id <= l.head_id), {_HEAD}"
            f" FROM layer l JOIN version v ON v.id = l.head_id WHERE {where} ORDER BY l.id",
            parameters,
        ):
            layer_id, paragraph_id, kind, status, flagged, tags, versions, number, *head = row
            yield Layer(
                layer_id,
                paragraph_id,
                kind,
                Status(status),
                bool(flagged),
                _names(tags),
                _version(head),
                versions,
                number,
            )

    def versions(self, layer_id: int) -> list[Version]:
        """All versions of a layer, oldest first."""
        return [
            _version(row)
            for row in self.rows(f"SELECT {_HEAD} FROM version v WHERE layer_id = ? ORDER BY id", (layer_id,))
        ]

    def version(self, version_id: int) -> Version:
        return _version(self.one(f"SELECT {_HEAD} FROM version v WHERE id = ?", (version_id,)))

    def tags(self) -> list[str]:
        """Every tag, in the order they were first used, so that the n-th keeps its number."""
        return [name for (name,) in self.rows("SELECT name FROM tag ORDER BY id")]

    # --- drafts ------------------------------------------------------------------------------------------------

    def draft(self, layer_id: int) -> Draft | None:
        row = self.one("SELECT version_id, text FROM draft WHERE layer_id = ?", (layer_id,))
        return Draft(*row) if row else None

    def save_draft(self, layer_id: int, version_id: int, text: str) -> None:
        with self.write():
            self.rows(
                "INSERT OR REPLACE INTO draft (layer_id, version_id, text, updated_at) VALUES (?, ?, ?, ?)",
                (layer_id, version_id, clean(text)[0], now()),
            )

    def drop_draft(self, layer_id: int) -> None:
        if self.draft(layer_id):  # who only looked need not wait for another writer
            with self.write():
                self.rows("DELETE FROM draft WHERE layer_id = ?", (layer_id,))

    # --- what comes in -----------------------------------------------------------------------------------------

    def add_batch(self, source: str, model: str = "") -> int:
        with self.write():
            return self.insert("INSERT INTO batch (source, model, created_at) VALUES (?, ?, ?)", source, model, now())

    def add_layers(self, arrivals: Iterable[tuple[int, int, IncomingLayer]], batch_id: int) -> int:
        """Add new layers, as (paragraph id, its rank, layer), in one step that is not the curator's to undo.

        Returns how many there were.
        """
        with self.write():
            at = now()
            layer_id = self.last("layer")
            version_id = self.last("version")
            layers: list[tuple[object, ...]] = []
            versions: list[tuple[Any, ...]] = []  # rows of the table
            changes: list[Change] = []
            for paragraph_id, rank, new in arrivals:
                layer_id += 1
                first = version_id + 1
                if new.versions:
                    head = version_id + new.head
                    versions += _past(new, layer_id, version_id, batch_id, at)
                else:
                    head = first
                    versions.append((head, layer_id, None, *_columns(new, batch_id, at)))
                version_id = versions[-1][0]
                lost = {first + n: (one.lost, one.reason) for n, one in enumerate(new.versions) if one.lost}
                if new.reason:
                    lost[head] = ("rejected", new.reason)
                layers.append((layer_id, paragraph_id, new.kind, new.status, new.flagged, head, rank))
                state = State(new.status, new.flagged, head, tuple(sorted(set(new.tags))))
                changes.append(events.added(layer_id, state, lost))
            if changes:
                self.connection.executemany(
                    "INSERT INTO layer (id, paragraph_id, kind, status, flagged, head_id, rank)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    layers,
                )
                self._insert_versions(versions)
                self._append(Action.ADD, changes, undoable=False)
                self._set_tags(change for change in changes if change.after["tags"])
            return len(changes)

    def _insert_versions(self, rows: Iterable[Sequence[object]]) -> None:
        self.connection.executemany(
            "INSERT INTO version (id, layer_id, parent_id, origin, text, model, batch_id, instruction, recipe, effort,"
            " input_tokens, output_tokens, cost_usd, created_at, request_id)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )

    def _add_version(self, layer_id: int, parent_id: int, new: IncomingLayer, batch_id: int | None) -> int:
        version_id = self.last("version") + 1
        self._insert_versions([(version_id, layer_id, parent_id, *_columns(new, batch_id, now()))])
        return version_id

    # --- what is done with a layer -----------------------------------------------------------------------------

    def decide(
        self, layer_ids: Sequence[int], status: Status, *, seen: int | None = None, note: str = ""
    ) -> Step | None:
        """Accept, reject or reopen layers, in one step; None where nothing changes.

        `seen` is the head that the curator was looking at: StaleError where it is not the head any more.
        """
        with self.write():
            self._check_seen(layer_ids, seen)
            states = self._states(layer_ids)
            changes = [events.decided(layer_id, state, status) for layer_id, state in states]
            return self.record(Action.DECIDE, changes, note=note)

    def flag(self, layer_ids: Sequence[int], value: bool) -> Step | None:
        with self.write():
            return self.record(
                Action.FLAG, [events.flagged(layer_id, state, value) for layer_id, state in self._states(layer_ids)]
            )

    def retag(self, layer_ids: Sequence[int], add: Iterable[str] = (), remove: Iterable[str] = ()) -> Step | None:
        """Add and remove tags on layers, in one step."""
        add, remove = [_tag_name(name) for name in add], [_tag_name(name) for name in remove]
        with self.write():
            return self.record(
                Action.TAG,
                [events.tagged(layer_id, state, add, remove) for layer_id, state in self._states(layer_ids)],
            )

    def edit(self, layer_id: int, text: str, *, seen: int | None = None) -> Step | None:
        """A new version by the curator's hand becomes the head; its draft is done with. None if it says the same."""
        with self.write():
            self._check_seen([layer_id], seen)
            ((_, state),) = self._states([layer_id])
            return self.record(Action.EDIT, [self._rewritten(layer_id, state, text)])

    def regenerate(self, layer_id: int, new: IncomingLayer, batch_id: int | None = None) -> Step:
        """A model's new text becomes the head of a layer, which is open again; the old version stays."""
        with self.write():
            step = self.take_up(layer_id, self.offer(layer_id, new, batch_id))
            assert step is not None
            return step

    def offer(self, layer_id: int, new: IncomingLayer, batch_id: int | None = None) -> int:
        """Add a version that is not in force until `take_up` or `restore` says so; returns its id."""
        with self.write():
            ((_, state),) = self._states([layer_id])
            return self._add_version(layer_id, state.head, new, batch_id)

    def take_up(self, layer_id: int, version_id: int, *, seen: int | None = None) -> Step | None:
        """A version that a model offered becomes the head of its layer, which is open again."""
        with self.write():
            self._check_seen([layer_id], seen)
            return self.take_up_all({layer_id: version_id})

    def take_up_all(self, offered: Mapping[int, int]) -> Step | None:
        """The same for many layers, by their ids, in one step; None where all of them show these versions already."""
        with self.write():
            changes = []
            for layer_id, state in self._states(offered):
                version_id = offered[layer_id]
                if self.version(version_id).layer_id != layer_id:
                    raise StoreError("That version belongs to another layer.")
                if state.head != version_id:
                    changes.append(events.rewritten(layer_id, state, version_id, by_curator=False))
            return self.record(Action.REGENERATE, changes)

    def restore(self, layer_id: int, version_id: int) -> Step | None:
        """Take one of the layer's own versions back as its head."""
        with self.write():
            ((_, state),) = self._states([layer_id])
            if self.version(version_id).layer_id != layer_id:
                raise StoreError("That version belongs to another layer.")
            if state.head == version_id:
                return None
            return self.record(Action.RESTORE, [events.rewritten(layer_id, state, version_id, by_curator=True)])

    def settle(
        self,
        pairs: Iterable[tuple[int, int]],
        said: str,
        decided: Mapping[int, Status] | None = None,
        *,
        rewrite: tuple[int, str] | None = None,
        seen: Mapping[int, int] | None = None,
        note: str = "",
    ) -> Step | None:
        """Say of near-duplicate pairs of layers what they are and, with it, decide layers and rewrite one, in one step.

        `seen` names the heads that the curator was looking at: StaleError where one is not the head any more.
        """
        decided = decided or {}
        told: defaultdict[int, dict[int, tuple[str | None, str]]] = defaultdict(dict)
        with self.write():
            for layer_id, head in (seen or {}).items():
                self._check_seen([layer_id], head)
            for layer_id, other_id in pairs:
                told[layer_id][other_id] = self._settled(layer_id, other_id), said
            states = dict(self._states([*{*told, *decided, *([rewrite[0]] if rewrite else [])}]))
            changes: list[Change | None] = []
            if rewrite:
                layer_id, text = rewrite
                changes.append(self._rewritten(layer_id, states[layer_id], text))
            changes += [
                events.settled(layer_id, states[layer_id], told[layer_id], decided.get(layer_id))
                for layer_id in sorted({*told, *decided})
            ]
            return self.record(Action.SETTLE, changes, note=note)

    def _rewritten(self, layer_id: int, state: State, text: str) -> Change | None:
        """The curator's text becomes the head of a layer, and its draft is done with; None if it says the same."""
        text = clean(text)[0]
        self.drop_draft(layer_id)
        if self.version(state.head).text == text:
            return None
        new = IncomingLayer("", text, origin=Origin.EDITED)
        return events.rewritten(layer_id, state, self._add_version(layer_id, state.head, new, None), by_curator=True)

    def _settled(self, one: int, other: int) -> str | None:
        key = (min(one, other), max(one, other))
        row = self.one("SELECT state FROM settlement WHERE a_id = ? AND b_id = ?", key)
        return str(row[0]) if row else None

    def _check_seen(self, layer_ids: Sequence[int], seen: int | None) -> None:
        if seen is None:
            return
        (head,) = self.one("SELECT head_id FROM layer WHERE id = ?", (layer_ids[0],))
        if head != seen:
            raise StaleError("This layer was changed in another window: read it again, then decide.")

    def _states(self, layer_ids: Collection[int]) -> list[tuple[int, State]]:
        """What is in force for each of these layers, in their order."""
        found: dict[int, State] = {}
        for layer_id, status, flagged, head, tags in self.rows(
            f"SELECT l.id, l.status, l.flagged, l.head_id, {_TAGS} FROM layer l"
            " WHERE l.id IN (SELECT value FROM json_each(?))",
            (orjson.dumps(list(layer_ids)).decode(),),
        ):
            found[layer_id] = State(Status(status), bool(flagged), head, _names(tags))
        return [(layer_id, found[layer_id]) for layer_id in layer_ids]


def _version(row: Sequence[Any]) -> Version:
    return Version(row[0], row[1], row[2], Origin(row[3]), *row[4:])


def _names(joined: str | None) -> tuple[str, ...]:
    return tuple(sorted(joined.split("\n"))) if joined else ()


def _past(new: IncomingLayer, layer_id: int, before: int, batch_id: int, at: str) -> Iterator[tuple[Any, ...]]:
    """The rows of all versions of a layer that comes in with its past; `before` is the last id that is taken."""
    for number, version in enumerate(new.versions, 1):
        parent = before + version.parent if version.parent else None
        yield before + number, layer_id, parent, *_columns(version, batch_id, at)


def _columns(new: IncomingLayer | IncomingVersion, batch_id: int | None, at: str) -> tuple[object, ...]:
    return (
        new.origin,
        new.text,
        new.model,
        batch_id,
        new.instruction,
        new.recipe,
        new.effort,
        new.input_tokens,
        new.output_tokens,
        new.cost_usd,
        new.created_at or at,
        new.request_id if isinstance(new, IncomingLayer) else None,
    )


def _tag_name(name: str) -> str:
    """A tag is one word of any script: it must be typable in a filter."""
    name = clean(name)[0].strip()
    if not name or any(character.isspace() or character in '",:' for character in name):
        raise StoreError(f"“{name}” cannot be a tag: one word, without quotation marks, commas and colons.")
    return name
