"""Databases for the tests of exports, made of a few words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from unpack_core.corpus import Arrival
from unpack_core.export.rows import Rows, Wanted
from unpack_core.export.surfaces import Titles
from unpack_core.intake import take_in
from unpack_core.model import IncomingDocument, IncomingLayer, IncomingParagraph, Status
from unpack_core.recipe import built_in
from unpack_core.store import Store

Layers = Sequence[tuple[str, str]]

TITLES = Titles(built_in())


def store_of(path: Path | str, documents: Mapping[str, Iterable[tuple[str, Layers]]], lang: str = "en") -> Store:
    """A database of documents, each of paragraphs with (kind, text) layers, all of them accepted."""
    store = Store.open(path, create=True)
    arrivals = (
        Arrival(
            IncomingDocument(uri, uri),
            IncomingParagraph(
                text, position, lang, "", tuple(IncomingLayer(kind, note, Status.ACCEPTED) for kind, note in layers)
            ),
        )
        for uri, paragraphs in documents.items()
        for position, (text, layers) in enumerate(paragraphs)
    )
    take_in(store, arrivals, source="test")
    return store


def rows_of(store: Store, wanted: Wanted | None = None) -> Rows:
    return Rows(store, wanted or Wanted())
