"""`layers`: the interchange lines, which `import` reads back without loss.

A layer shows its head. Where it has more than one version, `versions` has them all, oldest first, each with what made
it and how it lost; `head` and `parent` count them from 1, 0 standing for none.
"""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from unpack_core.export.rows import Bare, Passage, Piece, Rows
from unpack_core.judgements import Judgements, Loss

Row = dict[str, object]

_VERSIONS = (
    "SELECT v.id, v.parent_id, v.id = l.head_id, v.text, v.origin, v.model, v.instruction, v.recipe, v.effort,"
    " v.input_tokens, v.output_tokens, v.cost_usd, v.created_at FROM version v JOIN layer l ON l.id = v.layer_id"
    " WHERE v.layer_id = ? AND %s ORDER BY v.id"
)
_NO_LOSS = Loss("")


def layers(rows: Rows) -> Iterator[Row]:
    """A line a paragraph, also for one that has no exported layer."""
    story = _Story(rows)
    for passage in rows.passages(Bare.MEANT, whole=True):
        yield _row(passage, story)


def _row(passage: Passage, story: _Story) -> Row:
    return {
        "document": passage.uri,
        "position": passage.position,
        "text": passage.text,
        "lang": passage.lang,
        "layers": [_layer(piece, story) for piece in passage.pieces],
        "title": passage.title,
        "place": passage.place,
        "added": passage.added,
        "metadata": _pairs(passage.metadata),
        "removed_at": passage.removed_at,
    }


def _pairs(metadata: str) -> list[Row]:
    """Names and values, since the names differ from document to document and a column has one type."""
    if metadata == "{}":
        return []
    return [{"name": name, "value": value} for name, value in orjson.loads(metadata).items()]


def _layer(piece: Piece, story: _Story) -> Row:
    versions, head, reason = story.of(piece.id) if piece.storied else ([], 0, "")
    return {
        "kind": piece.kind,
        "text": piece.text,
        "status": piece.status,
        "tags": sorted(piece.tags.split("\n")) if piece.tags else [],
        "flagged": piece.flagged != 0,
        "origin": piece.origin,
        "model": piece.model,
        "instruction": piece.instruction,
        "recipe": piece.recipe,
        "effort": piece.effort,
        "input_tokens": piece.input_tokens,
        "output_tokens": piece.output_tokens,
        "cost_usd": piece.cost_usd,
        "created_at": piece.created_at,
        "reason": reason,
        "versions": versions,
        "head": head,
    }


class _Story:
    """What came before the heads."""

    def __init__(self, rows: Rows) -> None:
        self._store = rows.store
        self._judgements = Judgements(rows.store)
        condition, self._parameters = rows.version_condition()
        self._sql = _VERSIONS.replace("%s", condition)

    def of(self, layer_id: int) -> tuple[list[Row], int, str]:
        """The versions, none where there is one alone; the number of the head among them; why it was rejected."""
        losses = self._judgements.losses(layer_id)
        numbers: dict[int, int] = {}
        versions: list[Row] = []
        head, reason = 0, ""
        for version_id, parent_id, is_head, *columns in self._store.rows(self._sql, (layer_id, *self._parameters)):
            loss = losses.get(version_id, _NO_LOSS)
            numbers[version_id] = len(versions) + 1
            if is_head:
                head, reason = numbers[version_id], loss.note
            versions.append(_version(columns, numbers.get(parent_id, 0), loss))
        return (versions, head, reason) if len(versions) > 1 else ([], 0, reason)


def _version(columns: list[object], parent: int, loss: Loss) -> Row:
    text, origin, model, instruction, recipe, effort, input_tokens, output_tokens, cost_usd, created_at = columns
    return {
        "text": text,
        "origin": origin,
        "model": model,
        "instruction": instruction,
        "recipe": recipe,
        "effort": effort,
        "input_tokens": input_tokens,
        "output_tokens": output_tokens,
        "cost_usd": cost_usd,
        "created_at": created_at,
        "parent": parent,
        "lost": loss.how,
        "reason": loss.note,
    }
