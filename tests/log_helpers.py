"""A log with times of one's own: decisions as they would stand there, had they been taken then."""

from __future__ import annotations

import orjson

from unpack_core.model import Status
from unpack_core.store import Store


def decided_at(store: Store, layer_id: int, status: Status, at: str) -> None:
    """Decide a layer at a time, as ISO 8601 in UTC."""
    before = store.layer(layer_id).status
    with store.write():
        step = store.last("step") + 1
        (parent,) = store.one("SELECT top FROM step ORDER BY id DESC LIMIT 1")
        store.rows(
            "INSERT INTO step (id, at, action, parent, top) VALUES (?, ?, 'decide', ?, ?)", (step, at, parent, step)
        )
        store.rows(
            "INSERT INTO event (step, at, action, layer_id, before, after) VALUES (?, ?, 'decide', ?, ?, ?)",
            (step, at, layer_id, orjson.dumps({"status": before}).decode(), orjson.dumps({"status": status}).decode()),
        )
        store.rows("UPDATE layer SET status = ? WHERE id = ?", (status, layer_id))
