"""A message that comes in events, put together: whatever they are, what has come of it is kept. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_PIECES = {
    "text_delta": ("text", "text"),
    "thinking_delta": ("thinking", "thinking"),
    "input_json_delta": ("tool_use", "partial_json"),
}
"""By the sort of a piece, that of its block, and where it stands in both."""


class Arriving:
    """A message so far. Servers forget the counts, the beginning, the end: an answer is whole when its text is."""

    def __init__(self) -> None:
        self._message: dict[str, Any] = {}
        self._blocks: dict[int, dict[str, Any]] = {}
        self._stopped = False
        self.ended = False
        """Whether nothing more is to come."""

    @property
    def begun(self) -> bool:
        return bool(self._message or self._blocks)

    @property
    def whole(self) -> bool:
        """Whether all of it has come: its end was told, or at least why it stopped."""
        return self.begun and (self.ended or self._stopped)

    def hear(self, event: object) -> str | None:
        """Take an event in; the text of its block so far, where that has grown."""
        told = event if isinstance(event, dict) else {}
        kind, index = told.get("type"), told.get("index")
        at = index if isinstance(index, int) else 0
        if kind == "message_start":
            self._message = dict(_part(told, "message"))
        elif kind == "content_block_start":
            self._blocks[at] = dict(_part(told, "content_block"))
        elif kind == "content_block_delta":
            return self._grow(at, _part(told, "delta"))
        elif kind == "message_delta":
            self._delta(told)
        elif kind == "message_stop":
            self.ended = True
        return None

    def body(self) -> dict[str, Any]:
        """The message as it would have come in one piece."""
        begun = self._message.get("content")
        content = list(begun) if isinstance(begun, list) else []
        return self._message | {"content": content + [_block(self._blocks[at]) for at in sorted(self._blocks)]}

    def _grow(self, at: int, delta: Mapping[str, Any]) -> str | None:
        sort, name = _PIECES.get(str(delta.get("type")), ("", ""))
        piece = delta.get(name)
        if not isinstance(piece, str):
            return None
        block = self._blocks.setdefault(at, {"type": sort})
        so_far = block.get(name)
        block[name] = (so_far if isinstance(so_far, str) else "") + piece
        return str(block[name]) if name == "text" else None

    def _delta(self, told: Mapping[str, Any]) -> None:
        said = {name: value for name, value in _part(told, "delta").items() if value is not None}
        counts = {name: value for name, value in _part(told, "usage").items() if value is not None}
        self._stopped = self._stopped or "stop_reason" in said
        self._message |= said | {"usage": {**_part(self._message, "usage"), **counts}}


def _part(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = told.get(name)
    return found if isinstance(found, dict) else {}


def _block(block: Mapping[str, Any]) -> Mapping[str, Any]:
    """A block with what it asks a tool for as JSON, if it is."""
    if "partial_json" not in block:
        return block
    try:
        asked: object = json.loads(block["partial_json"])
    except (ValueError, RecursionError):
        asked = block["partial_json"]
    return {name: value for name, value in block.items() if name != "partial_json"} | {"input": asked}
