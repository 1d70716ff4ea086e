"""`layers`: the interchange lines, which `import` reads back without loss."""

from __future__ import annotations

from collections.abc import Iterator

from unpack_core.export.rows import Bare, Passage, Piece, Rows

Row = dict[str, object]


def layers(rows: Rows) -> Iterator[Row]:
    """A line a paragraph, also for one that has no exported layer."""
    for passage in rows.passages(Bare.MEANT, whole=True):
        yield row(passage)


def row(passage: Passage) -> Row:
    return {
        "document": passage.uri,
        "position": passage.position,
        "text": passage.text,
        "lang": passage.lang,
        "layers": [_layer(piece) for piece in passage.pieces],
        "title": passage.title,
        "place": passage.place,
    }


def _layer(piece: Piece) -> Row:
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
        "reason": piece.reason,
    }
