"""The log as a person or a program reads it: one entry for each layer that a step changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import orjson

from unpack_core.events import Action, Patch
from unpack_core.store import Store


@dataclass(frozen=True, slots=True)
class Entry:
    """What a step did to one layer; `target` is the step that an undo or redo is about."""

    id: int
    step: int
    at: str
    action: str
    target: int | None
    note: str
    layer_id: int
    document: str
    position: int
    kind: str
    before: Patch
    after: Patch

    def as_row(self) -> dict[str, object]:
        return asdict(self)

    def said(self) -> str:
        """What changed, in words."""
        words = []
        for key, now in self.after.items():
            was = self.before.get(key)
            if key == "head":
                words.append(f"version {was} → {now}" if was else f"version {now}")
            elif key == "tags":
                had, has = set(_names(was)), set(_names(now))
                words += [f"+#{tag}" for tag in sorted(has - had)] + [f"-#{tag}" for tag in sorted(had - has)]
            elif key == "rechecked" and isinstance(now, dict):
                words += [f"asked again: {answer}" if answer else "answer taken back" for answer in now.values()]
            elif key == "settled" and isinstance(now, dict):
                words += [f"{said or 'open'} beside layer {other}" for other, said in now.items()]
            elif key == "flagged":
                words.append("flagged" if now else "flag taken away")
            elif key == "lost":
                words.append("with its past")
            else:
                words.append(f"{was} → {now}" if was else str(now))
        return ", ".join(words) + (f" ({self.note})" if self.note else "")


def _names(value: object) -> list[str]:
    return [str(name) for name in value] if isinstance(value, list) else []


def entries(store: Store, *, additions: bool = False) -> Iterator[Entry]:
    """The log, oldest first; without `additions` only what was done with layers that were there."""
    for row in store.rows(
        "SELECT e.id, e.step, e.at, e.action, s.target, s.note, e.layer_id, d.uri, p.position, l.kind,"
        " e.before, e.after"
        " FROM event e JOIN step s ON s.id = e.step JOIN layer l ON l.id = e.layer_id"
        " JOIN paragraph p ON p.id = l.paragraph_id JOIN document d ON d.id = p.document_id"
        " WHERE ? OR e.action <> ? ORDER BY e.id",
        (additions, Action.ADD),
    ):
        yield Entry(*row[:-2], *map(orjson.loads, row[-2:]))
