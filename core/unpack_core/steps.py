"""The log: what was done, in steps that undo takes back whole; a layer's state changes with it and in no other way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import orjson

from unpack_core.database import DatabaseFile, now
from unpack_core.events import Action, Change, Patch


@dataclass(frozen=True, slots=True)
class Step:
    """One action in the log; for an undo or redo, `undone` is the step that it takes back or does again."""

    id: int
    at: str
    action: Action
    note: str
    changes: tuple[Change, ...]
    undone: Step | None = None

    @property
    def layer_id(self) -> int | None:
        """Where it happened: the first layer that it changed; of what an undo took back, not of the way back."""
        changes = self.undone.changes if self.undone else self.changes
        return changes[0].layer_id if changes else None


class Log(DatabaseFile):
    """A database as the steps that were done in it."""

    def record(self, action: Action, changes: Iterable[Change | None], *, note: str = "") -> Step | None:
        """Write a step that undo takes back whole, and the state that follows from it; None where nothing changes."""
        real = [change for change in changes if change is not None]
        if not real:
            return None
        with self.write():
            step = self._append(action, real, note=note)
            self._put_in_force(real)
            return step

    def undo(self) -> Step | None:
        """Take back the last step that was not taken back yet; None where there is none."""
        with self.write():
            target = self._top()
            if not target:
                return None
            (parent,) = self.one("SELECT parent FROM step WHERE id = ?", (target,))
            undone = self.step(target)
            changes = [change.reversed() for change in reversed(undone.changes)]
            self._put_in_force(changes)
            return self._append(Action.UNDO, changes, top=parent, target=undone)

    def redo(self) -> Step | None:
        """Do again the step that undo took back last; None after a new step or where there is none.

        Steps form a tree (`step.parent`): of those done after the present top the newest is the one undone last,
        for a new step is a newer child.
        """
        with self.write():
            (target,) = self.one("SELECT max(id) FROM step WHERE parent = ?", (self._top(),))
            if target is None:
                return None
            undone = self.step(target)
            self._put_in_force(undone.changes)
            return self._append(Action.REDO, undone.changes, top=target, target=undone)

    def step(self, step_id: int) -> Step:
        """A step with what it changed."""
        at, action, note, target = self.one("SELECT at, action, note, target FROM step WHERE id = ?", (step_id,))
        changes = self.rows("SELECT layer_id, before, after FROM event WHERE step = ? ORDER BY id", (step_id,))
        return Step(
            step_id,
            at,
            Action(action),
            note,
            tuple(Change(layer_id, orjson.loads(before), orjson.loads(after)) for layer_id, before, after in changes),
            self.step(target) if target else None,
        )

    def last_action(self) -> Action | None:
        """What the step did that undo would take back."""
        row = self.one("SELECT action FROM step WHERE id = ?", (self._top(),))
        return Action(row[0]) if row else None

    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._top())

    def can_redo(self) -> bool:
        """Whether a step was taken back last, to be done again."""
        return self.one("SELECT 1 FROM step WHERE parent = ? LIMIT 1", (self._top(),)) is not None

    def last_step(self) -> Step | None:
        """The step that undo would take back; None where there is none."""
        top = self._top()
        return self.step(top) if top else None

    def _top(self) -> int:
        row = self.one("SELECT top FROM step ORDER BY id DESC LIMIT 1")
        return int(row[0]) if row else 0

    def _append(
        self,
        action: Action,
        changes: Sequence[Change],
        *,
        note: str = "",
        undoable: bool = True,
        top: int | None = None,
        target: Step | None = None,
    ) -> Step:
        at = now()
        step_id = self.last("step") + 1
        parent = None
        if top is None:
            top = self._top()
            if undoable:
                parent, top = top, step_id
        self.rows(
            "INSERT INTO step (id, at, action, note, parent, top, target) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (step_id, at, action, note, parent, top, target.id if target else None),
        )
        self.connection.executemany(
            "INSERT INTO event (step, at, action, layer_id, before, after) VALUES (?, ?, ?, ?, ?, ?)",
            ((step_id, at, action, change.layer_id, _json(change.before), _json(change.after)) for change in changes),
        )
        return Step(step_id, at, action, note, tuple(changes), target)

    def _put_in_force(self, changes: Sequence[Change]) -> None:
        self.connection.executemany(
            "UPDATE layer SET status = coalesce(?, status), flagged = coalesce(?, flagged),"
            " head_id = coalesce(?, head_id) WHERE id = ?",
            (
                (change.after.get("status"), change.after.get("flagged"), change.after.get("head"), change.layer_id)
                for change in changes
            ),
        )
        self._set_tags(change for change in changes if "tags" in change.after)
        self._set_settled(change for change in changes if "settled" in change.after)
        self._set_rechecked(change for change in changes if "rechecked" in change.after)

    def _set_settled(self, changes: Iterable[Change]) -> None:
        for change in changes:
            for other, said in change.after["settled"].items():
                key = (min(change.layer_id, int(other)), max(change.layer_id, int(other)))
                if said:
                    self.rows("INSERT OR REPLACE INTO settlement (a_id, b_id, state) VALUES (?, ?, ?)", (*key, said))
                else:
                    self.rows("DELETE FROM settlement WHERE a_id = ? AND b_id = ?", key)

    def _set_rechecked(self, changes: Iterable[Change]) -> None:
        for change in changes:
            for question_id, answer in change.after["rechecked"].items():
                self.rows(
                    "UPDATE recheck SET second = ?, answered_at = ? WHERE id = ?",
                    (answer, now() if answer else "", int(question_id)),
                )

    def _set_tags(self, changes: Iterable[Change]) -> None:
        for change in changes:
            names = change.after["tags"]
            self.connection.executemany("INSERT OR IGNORE INTO tag (name) VALUES (?)", ((name,) for name in names))
            self.rows("DELETE FROM layer_tag WHERE layer_id = ?", (change.layer_id,))
            self.connection.executemany(
                "INSERT INTO layer_tag (layer_id, tag_id) SELECT ?, id FROM tag WHERE name = ?",
                ((change.layer_id, name) for name in names),
            )


def _json(patch: Patch) -> str:
    return orjson.dumps(patch).decode()
