"""Asking the curator again, blind, what they decided before: how far their own decisions can be trusted.

A question is one layer with the text that was decided on. Which may be asked: decisions of the curator's own, taken on
one layer at a time, that still stand, on a text that is still shown beside the same source and that they did not write
themselves. So not what a file brought decided, not what a bulk step or a settled near-duplicate decided (nobody read
those one by one), and not an edit of their own (who would reject that?). No text is asked about twice.

An answer is a step of the log, so that undo takes it back; the layer keeps its state. Where the answer differs, the
filter `recheck:differs` finds the layer, and what becomes of it is a decision like any other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import ceil
from random import Random
from typing import TYPE_CHECKING

from unpack_core import events
from unpack_core.database import iso, now
from unpack_core.errors import UnpackError
from unpack_core.events import Action
from unpack_core.joins import LAYERS
from unpack_core.model import Document, Layer, Paragraph, Status
from unpack_core.steps import Step
from unpack_core.store import Store

if TYPE_CHECKING:  # an import that only whoever filters waits for
    from unpack_core.filter import Clause

_OPEN = "second IS NULL AND dropped_at = ''"
_DECISIONS = (
    f"SELECT l.id, l.head_id, l.status FROM {LAYERS} JOIN event e ON e.id = ("
    "  SELECT max(id) FROM event WHERE layer_id = l.id AND json_extract(after, '$.status') IS NOT NULL)"
    " JOIN step s ON s.id = e.step LEFT JOIN step again ON again.id = s.target AND s.action = 'redo'"
    " WHERE l.status <> 'pending' AND coalesce(again.action, s.action) = 'decide' AND e.at <= ?"
    " AND (SELECT count(*) FROM (SELECT 1 FROM event WHERE step = s.id LIMIT 2)) = 1 AND v.origin <> 'edited'"
    " AND NOT EXISTS (SELECT 1 FROM event h WHERE h.layer_id = l.id AND h.id > e.id"
    "  AND json_extract(h.after, '$.head') IS NOT NULL)"
    " AND p.removed_at = '' AND NOT EXISTS (SELECT 1 FROM paragraph_revision c WHERE c.paragraph_id = p.id"
    "  AND c.replaced_at >= e.at)"
    " AND NOT EXISTS (SELECT 1 FROM recheck r WHERE r.layer_id = l.id AND r.version_id = l.head_id"
    "  AND r.dropped_at = '')"
    " AND ({clause}) ORDER BY l.id"
)


class RecheckError(UnpackError):
    """Nothing can be asked again as it was wished."""


@dataclass(frozen=True, slots=True)
class Draw:
    """What was queued, and of how many decisions that may be asked again."""

    asked: int
    of: int


@dataclass(frozen=True, slots=True)
class Question:
    """A layer as if nobody had decided: pending, without marks, with the text that was decided on."""

    id: int
    document: Document
    paragraph: Paragraph
    layer: Layer


@dataclass(frozen=True, slots=True)
class Progress:
    """How many questions are open, how many are answered, and how many of the answers repeat the decision."""

    open: int
    answered: int
    agreed: int


def draw(store: Store, share: float, clause: Clause, *, seed: int = 0, days: float = 0) -> Draw:
    """Queue a random share of the decisions that the clause finds and that are at least so many days old.

    Rounded up; in random order; the same ones for the same seed and the same decisions.
    """
    if not 0 < share <= 1:
        raise RecheckError(f"A share of {share:g} makes no sense: give one above 0 and up to 1, as 0.05.")
    before = datetime.now(UTC) - timedelta(days=days)
    with store.write():
        found = store.rows(
            _DECISIONS.replace("{clause}", clause.sql),
            (iso(before), *clause.parameters),
        ).fetchall()
        chosen = Random(seed).sample(found, ceil(share * len(found)))
        at = now()
        store.connection.executemany(
            "INSERT INTO recheck (layer_id, version_id, first, asked_at) VALUES (?, ?, ?, ?)",
            ((*decision, at) for decision in chosen),
        )
    return Draw(len(chosen), len(found))


def drop(store: Store) -> int:
    """Take back the questions that are not answered; returns how many."""
    with store.write():
        return store.rows(f"UPDATE recheck SET dropped_at = ? WHERE {_OPEN}", (now(),)).rowcount


def progress(store: Store) -> Progress:
    waiting, answered, agreed = store.one(
        f"SELECT count(*) FILTER (WHERE {_OPEN}), count(second), count(*) FILTER (WHERE second = first) FROM recheck"
    )
    return Progress(waiting, answered, agreed)


def next_question(store: Store, after: int = 0) -> Question | None:
    """The open question that follows, the first one after the last; None where none is open."""
    row = store.one(f"SELECT id FROM recheck WHERE {_OPEN} ORDER BY id <= ?, id LIMIT 1", (after,))
    return question(store, row[0]) if row else None


def question(store: Store, question_id: int) -> Question:
    layer_id, version_id = store.one("SELECT layer_id, version_id FROM recheck WHERE id = ?", (question_id,))
    layer, head = store.layer(layer_id), store.version(version_id)
    paragraph = store.paragraph(layer.paragraph_id)
    blind = replace(layer, status=Status.PENDING, flagged=False, tags=(), head=head, versions=1)
    return Question(question_id, store.document(paragraph.document_id), paragraph, blind)


def answer(store: Store, asked: Question, status: Status) -> Step | None:
    """Note what is said now; None where it was answered or dropped meanwhile."""
    with store.write():
        if not store.one(f"SELECT 1 FROM recheck WHERE id = ? AND {_OPEN}", (asked.id,)):
            return None
        return store.record(Action.RECHECK, [events.rechecked(asked.layer.id, asked.id, status)])


def can_take_back(store: Store) -> bool:
    """Whether the last step was an answer."""
    return store.last_action() == Action.RECHECK


def take_back(store: Store) -> Question | None:
    """Take back the last answer and ask again; None where the last step was something else."""
    with store.write():
        last = store.last_step()
        if last is None or last.action != Action.RECHECK:
            return None
        store.undo()
        (asked,) = last.changes[0].after["rechecked"]
        return question(store, int(asked))


def second_answer(store: Store, layer: Layer) -> Status | None:
    """What was said of the text that a layer shows when it was asked for again, if that is not what is in force."""
    row = store.one(
        "SELECT second FROM recheck WHERE layer_id = ? AND version_id = ? AND second IS NOT NULL ORDER BY id DESC",
        (layer.id, layer.head.id),
    )
    return Status(row[0]) if row and layer.status not in (Status.PENDING, row[0]) else None


def answers(store: Store, layers: str = "") -> dict[str, tuple[int, int, int, int]]:
    """By kind: accepted twice, accepted then rejected, rejected then accepted, rejected twice.

    `layers` is a query for the ids of those that are meant; all by default.
    """
    within = f" AND l.id IN ({layers})" if layers else ""
    pairs = " sum(first = '{}' AND second = '{}')"
    counted = ",".join(pairs.format(*pair) for pair in (
        ("accepted", "accepted"), ("accepted", "rejected"), ("rejected", "accepted"), ("rejected", "rejected")
    ))  # fmt: skip
    return {
        kind: (both, lost, won, neither)
        for kind, both, lost, won, neither in store.rows(
            f"SELECT l.kind, {counted} FROM recheck r JOIN layer l ON l.id = r.layer_id"
            f" WHERE second IS NOT NULL{within} GROUP BY l.kind ORDER BY min(l.id)"
        )
    }
