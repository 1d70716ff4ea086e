"""Which texts of a layer lost, and why: the curator's own work as judgements, read from the log.

A text lost when it was rejected, or when an edit, a regeneration or the choice of another version took its place, by a
step that is in force. What undo took back was a slip, not a judgement.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import orjson

from unpack_core.database import DatabaseFile
from unpack_core.events import Action
from unpack_core.model import Status
from unpack_core.notation import renumber

_HOW = {Action.EDIT: "edited", Action.REGENERATE: "regenerated"}
_UNDONE = (
    "SELECT id FROM step WHERE parent IS NOT NULL AND id NOT IN (WITH RECURSIVE way(id) AS ("
    "SELECT top FROM (SELECT top FROM step ORDER BY id DESC LIMIT 1) WHERE top > 0"
    " UNION ALL SELECT s.parent FROM way JOIN step s ON s.id = way.id WHERE s.parent > 0) SELECT id FROM way)"
)
_EVENTS = (
    "SELECT e.step, e.action, e.after, s.note FROM event e JOIN step s ON s.id = e.step"
    " WHERE e.layer_id = ? AND e.action NOT IN ('undo', 'redo') ORDER BY e.id"
)


@dataclass(frozen=True, slots=True)
class Loss:
    """How a version lost."""

    how: str
    """`rejected`, `edited`, `regenerated` or `replaced`."""
    note: str = ""
    """What the curator, or what was done, said of it."""


@dataclass(frozen=True, slots=True)
class Loser:
    """A text of a layer that its head was preferred to."""

    text: str
    loss: Loss


class Judgements:
    """What is in force in the log at one moment: ask it of layers."""

    def __init__(self, store: DatabaseFile) -> None:
        self.store = store
        self._undone = {step for (step,) in store.rows(_UNDONE)}

    def losses(self, layer_id: int) -> dict[int, Loss]:
        """By version: how it lost. A head that is rejected is among them."""
        head, status = 0, ""
        lost: dict[int, Loss] = {}
        for step, action, changed, note in self.store.rows(_EVENTS, (layer_id,)):
            if step in self._undone:
                continue
            after = orjson.loads(changed)
            for version, (how, said) in after.get("lost", {}).items():  # in another database, before it came here
                lost[int(version)] = Loss(how, said)
            if "head" in after:
                if head:
                    lost.setdefault(head, Loss(_HOW.get(action, "replaced"), note))
                head = after["head"]
                if action != Action.ADD:
                    lost.pop(head, None)
            status = after.get("status", status)
            if after.get("status") == Status.REJECTED and action != Action.ADD:
                lost[head] = Loss("rejected", note)
        of_head = lost.pop(head, None)
        if status == Status.REJECTED:  # whatever a file from elsewhere says of it
            lost[head] = Loss("rejected", of_head.note if of_head else "")
        return lost

    def losers(
        self, layer_id: int, head: str, condition: str = "1", parameters: tuple[object, ...] = ()
    ) -> list[Loser]:
        """The texts that lost against the head, oldest first, each once; `condition` on versions v narrows them.

        A text that differs from one before it only in white space and item numbers is the same.
        """
        rows = self.store.rows(
            f"SELECT v.id, v.text FROM version v WHERE v.layer_id = ? AND {condition} ORDER BY v.id",
            (layer_id, *parameters),
        )
        texts = dict(rows)
        if len(texts) < 2:  # the head alone
            return []
        losses = self.losses(layer_id)
        seen = {_letters(head), ""}
        found = []
        for version_id, text in texts.items():
            letters = _letters(text)
            if version_id in losses and letters not in seen:
                seen.add(letters)
                found.append(Loser(text, losses[version_id]))
        return found


def preference_counts(store: DatabaseFile) -> dict[str, int]:
    """How many preference pairs the accepted layers make now, by how the other text lost.

    Costs a look at the layers that have more than one version; the others make no pair.
    """
    several = store.rows(
        "SELECT l.id, v.text FROM layer l JOIN version v ON v.id = l.head_id WHERE l.status = 'accepted'"
        " AND l.id IN (SELECT layer_id FROM version GROUP BY layer_id HAVING count(*) > 1) AND trim(v.text) <> ''"
    )
    judgements = Judgements(store)
    counts = Counter(loser.loss.how for layer_id, text in several for loser in judgements.losers(layer_id, text))
    return dict(sorted(counts.items()))


def _letters(text: str) -> str:
    return "".join(renumber(text.strip()).split())
