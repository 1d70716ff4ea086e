"""Near-duplicates among the sources themselves: paragraphs that nearly say the same, in whatever document."""

from __future__ import annotations

from collections.abc import Iterator

from unpack_core.filter import Clause
from unpack_core.joins import BARE, LAYERS, SOURCES
from unpack_core.store import Store


def paragraph_texts(store: Store) -> list[tuple[int, str]]:
    """Ids and texts of all paragraphs that are in the sources still."""
    return store.rows("SELECT id, text FROM paragraph WHERE removed_at = '' ORDER BY id").fetchall()


def found_paragraphs(store: Store, clause: Clause) -> Iterator[int]:
    """The paragraphs of which a filter finds a layer or, where they have none and it speaks of them, themselves."""
    for (paragraph_id,) in store.rows(
        f"SELECT DISTINCT l.paragraph_id FROM {LAYERS} WHERE {clause.sql}", clause.parameters
    ):
        yield paragraph_id
    if clause.source:
        for (paragraph_id,) in store.rows(
            f"SELECT p.id FROM {SOURCES} WHERE {BARE} AND {clause.source.sql}", clause.source.parameters
        ):
            yield paragraph_id
