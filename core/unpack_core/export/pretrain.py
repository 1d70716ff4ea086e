"""`pretrain`: documents as running text, with the unpacking of their paragraphs after, between or before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum

from unpack_core.export.rows import Passage, Rows
from unpack_core.export.surfaces import Titles, first_words, surface, unpacking

Row = dict[str, object]

SOURCE = "unpack-tui"
"""What `source` says of documents of the database."""


class Place(StrEnum):
    """Where the unpackings of a document stand."""

    AFTER = "after"
    """After the whole text, each named by the first words of its paragraph."""
    INLINE = "inline"
    """Each after its paragraph."""
    BEFORE = "before"


def pretrain(
    rows: Rows, titles: Titles, place: Place = Place.AFTER, seed: int = 0, *, plain: bool = True
) -> Iterator[Row]:
    """A row a document; without `plain` those alone in which something is unpacked."""
    for document in rows.documents():
        pieces = [piece for passage in document for piece in passage.pieces if piece.text.strip()]
        kinds = {piece.kind for piece in pieces}
        text = written(document, titles, place, seed)
        if not text or not (plain or kinds):
            continue
        yield {
            "id": document[0].uri,
            "text": text,
            "source": SOURCE,
            "added": document[0].added,
            "created": max((piece.created_at for piece in pieces), default=""),
            "metadata": {
                "document": document[0].uri,
                "lang": Counter(passage.lang for passage in document).most_common(1)[0][0],
                "kind": ",".join(sorted(kinds, key=titles.order)),
            },
        }


def written(document: Sequence[Passage], titles: Titles, place: Place, seed: int) -> str:
    """A document's text with its unpackings."""
    passages = [passage for passage in document if passage.text.strip()]
    if place == Place.INLINE or len(passages) == 1:
        return "\n\n".join(_block(passage, titles, place, seed) for passage in passages)
    text = "\n\n".join(passage.text for passage in passages)
    notes = [note for passage in passages if (note := _unpacking(passage, titles, seed, named=True))]
    return "\n\n".join([*notes, text] if place == Place.BEFORE else [text, *notes])


def _block(passage: Passage, titles: Titles, place: Place, seed: int) -> str:
    """A paragraph together with its unpacking."""
    note = _unpacking(passage, titles, seed, named=False)
    if not note:
        return passage.text
    form = surface(passage.lang, seed, passage.key)
    text = form.text.replace("{}", passage.text)
    return f"{note}\n\n{text}" if place == Place.BEFORE else f"{text}\n\n{note}"


def _unpacking(passage: Passage, titles: Titles, seed: int, *, named: bool) -> str:
    kinds = titles.by_kind(passage.pieces)
    if not kinds:
        return ""
    form = surface(passage.lang, seed, passage.key)
    lead = form.lead_of.replace("{}", first_words(passage.text)) if named else form.lead
    return f"{lead}\n{unpacking(kinds, titles, passage.lang, form)}"
