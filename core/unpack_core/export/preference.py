"""`preference`: pairs that the curator's own work makes. The accepted text was preferred to the ones it replaced.

A text lost when it was rejected, or when an edit, a regeneration or the choice of another version took its place, by a
step that is in force. What undo took back was a slip, not a judgement, and makes no pair.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from unpack_core.events import Action
from unpack_core.export.chat import layer_key, prompt_for, said
from unpack_core.export.rows import Rows
from unpack_core.export.surfaces import Titles, items
from unpack_core.model import Status
from unpack_core.store import Store

Row = dict[str, object]

_REASONS = {Action.EDIT: "edited", Action.REGENERATE: "regenerated"}


@dataclass(frozen=True, slots=True)
class Loser:
    """A version of a layer that its head was preferred to."""

    version_id: int
    text: str
    reason: str
    """`rejected`, `edited`, `regenerated` or `replaced`."""


def preference(rows: Rows, titles: Titles, seed: int = 0) -> Iterator[Row]:
    """A row a pair, chosen first; no pair where the two differ only in white space and item numbers."""
    judgements = _Judgements(rows.store)
    for passage in rows.passages(numbered=True):
        for piece in passage.pieces:
            if piece.status != Status.ACCEPTED or not piece.text.strip() or not passage.text.strip():
                continue
            for number, loser in enumerate(judgements.losers(piece.id, piece.text), 1):
                yield {
                    "id": f"{layer_key(passage, piece)}@{number}",
                    "prompt": prompt_for(passage, piece, titles, seed),
                    "chosen": [said(items([piece.text.strip()]))],
                    "rejected": [said(items([loser.text.strip()]))],
                }


def preference_counts(store: Store) -> dict[str, int]:
    """How many pairs the accepted layers make now, by the reason that the other text lost."""
    counts: Counter[str] = Counter()
    several = store.rows(
        "SELECT l.id, v.text FROM layer l JOIN version v ON v.id = l.head_id WHERE l.status = 'accepted'"
        " AND l.id IN (SELECT layer_id FROM version WHERE parent_id IS NOT NULL) AND trim(v.text) <> ''"
    ).fetchall()
    if several:
        judgements = _Judgements(store)
        for layer_id, text in several:
            counts.update(loser.reason for loser in judgements.losers(layer_id, text))
    return dict(sorted(counts.items()))


class _Judgements:
    """The steps in force, and from them which versions of a layer lost."""

    def __init__(self, store: Store) -> None:
        self.store = store
        way = store.rows(
            "WITH RECURSIVE way(id) AS (SELECT top FROM (SELECT top FROM step ORDER BY id DESC LIMIT 1) WHERE top > 0"
            " UNION ALL SELECT s.parent FROM way JOIN step s ON s.id = way.id WHERE s.parent > 0) SELECT id FROM way"
        )
        self._in_force = {step for (step,) in way}

    def losers(self, layer_id: int, head: str) -> list[Loser]:
        """The versions that lost against the head, oldest first, each text once."""
        texts = dict(self.store.rows("SELECT id, text FROM version WHERE layer_id = ? ORDER BY id", (layer_id,)))
        if len(texts) < 2:
            return []
        lost = self._lost(layer_id)
        seen = {_letters(head), ""}
        found = []
        for version_id, text in texts.items():
            letters = _letters(text)
            if version_id in lost and letters not in seen:
                seen.add(letters)
                found.append(Loser(version_id, text, lost[version_id]))
        return found

    def _lost(self, layer_id: int) -> dict[int, str]:
        """Versions that lost, and how."""
        events = self.store.rows(
            "SELECT e.step, e.action, e.after FROM event e WHERE e.layer_id = ? ORDER BY e.id", (layer_id,)
        )
        head = 0
        lost: dict[int, str] = {}
        for step, action, changed in events:
            if action != Action.ADD and step not in self._in_force:
                continue
            after = orjson.loads(changed)
            if "head" in after:
                if head:
                    lost.setdefault(head, _REASONS.get(action, "replaced"))
                head = after["head"]
            if after.get("status") == Status.REJECTED:
                lost[head] = "rejected"
        lost.pop(head, None)
        return lost


def _letters(text: str) -> str:
    return "".join(items([text.strip()]).split())
