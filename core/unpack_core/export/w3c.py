"""`w3c`: items as Web Annotations (W3C Recommendation, 2017), a JSON-LD object a line.

An item whose quotation stands in the source points there by position and by words; any other speaks of the paragraph.
Positions are code points, that is indices of a Python `str`, ends exclusive.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from unpack_core.export.chat import layer_key
from unpack_core.export.rows import Passage, Piece, Rows
from unpack_core.grounding import ground, selectors
from unpack_core.model import Span
from unpack_core.notation import Item

Row = dict[str, object]

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
_MOTIVATIONS = {"question": "questioning", "definition": "describing", "restatement": "describing"}


def w3c(rows: Rows) -> Iterator[Row]:
    """A row an item. Its source is the paragraph, named by the document's address and `#paragraph=`its position."""
    for passage in rows.passages(whole=True, numbered=True):
        whole = Span(0, len(passage.text))
        for piece in passage.pieces:
            for number, (item, place) in enumerate(ground(piece.text, passage.text), 1):
                body = _body(item)
                if body:
                    yield _annotation(passage, piece, number, body, place.span if place else whole)


def _body(item: Item) -> str:
    return f"{item.text} — [{item.answer}]" if item.answer and item.text else item.text or item.answer


def _annotation(passage: Passage, piece: Piece, number: int, body: str, span: Span) -> Row:
    source = f"{quote(passage.uri, safe='/:')}#paragraph={passage.position}"
    return {
        "@context": CONTEXT,
        "id": f"urn:unpack:{quote(layer_key(passage, piece), safe='/')}:{number}",
        "type": "Annotation",
        "motivation": _MOTIVATIONS.get(piece.kind, "commenting"),
        "created": piece.created_at,
        "generator": {"type": "Software", "name": piece.model},
        "body": [
            {"type": "TextualBody", "purpose": "commenting", "value": body, "language": passage.lang or "und"},
            {"type": "TextualBody", "purpose": "classifying", "value": piece.kind, "language": "en"},
        ],
        "target": {"source": source, "selector": selectors(span, passage.text)["selector"]},
    }
