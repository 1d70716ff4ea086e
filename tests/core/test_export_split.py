"""Splits: documents stay whole, and nothing on one side is a copy or a near-duplicate of something on the other."""

from __future__ import annotations

import tempfile
from itertools import pairwise, product
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

from tests.core.export_helpers import rows_of, store_of
from unpack_core.duplicates import catch_up, set_threshold
from unpack_core.export.rows import Rows
from unpack_core.export.split import found_near_duplicates, held_out
from unpack_core.neardup import normalize
from unpack_core.store import Store

# Few words, so that copies and near-copies come by themselves.
NOTES = st.lists(st.sampled_from(["one", "two", "Two", "three", "four", "five"]), min_size=1, max_size=5).map(" ".join)
PARAGRAPHS = st.tuples(NOTES, st.lists(st.tuples(st.sampled_from(["meta", "context"]), NOTES), max_size=3))
DOCUMENTS = st.lists(st.lists(PARAGRAPHS, min_size=1, max_size=2), min_size=1, max_size=7)


def texts(rows: Rows) -> tuple[set[str], set[tuple[str, str]]]:
    sources, notes = set(), set()
    for passage in rows.passages():
        sources.add(normalize(passage.text))
        notes |= {(piece.kind, normalize(piece.text)) for piece in passage.pieces}
    return sources, notes


def divided(store: Store, held: frozenset[int]) -> tuple[Rows, Rows]:
    rows = rows_of(store)
    return rows.within(lambda document: document not in held), rows.within(lambda document: document in held)


@settings(max_examples=60, deadline=None)
@given(DOCUMENTS, st.sampled_from([0.05, 0.3, 0.5]), st.integers(0, 5))
def test_no_copy_stands_on_both_sides(
    documents: list[list[tuple[str, list[tuple[str, str]]]]], share: float, seed: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        named = {f"{number}.md": paragraphs for number, paragraphs in enumerate(documents)}
        with store_of(Path(folder) / "x.db", named) as store:
            train, validation = divided(store, held_out(rows_of(store), share, seed))
            (sources, notes), (other_sources, other_notes) = texts(train), texts(validation)
            assert not sources & other_sources
            assert not notes & other_notes


@settings(max_examples=40, deadline=None)
@given(DOCUMENTS, st.integers(0, 5), st.sampled_from([0.7, 0.85, 0.95]))
def test_no_near_duplicate_stands_on_both_sides_once_they_were_found(
    documents: list[list[tuple[str, list[tuple[str, str]]]]], seed: int, limit: float
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        named = {f"{number}.md": paragraphs for number, paragraphs in enumerate(documents)}
        with store_of(Path(folder) / "x.db", named) as store:
            set_threshold(store, limit)
            catch_up(store)
            held = held_out(rows_of(store), 0.4, seed, found_near_duplicates(store))
            (_, notes), (_, others) = map(texts, divided(store, held))
            for (kind, text), (other_kind, other) in product(notes, others):
                assert kind != other_kind or fuzz.ratio(text, other) < 100 * limit


def test_the_share_is_as_near_as_whole_documents_allow(tmp_path: Path) -> None:
    documents = {f"{n}.md": [(f"source {n * 7919}", [("meta", f"note {n * 104729}")])] for n in range(40)}
    with store_of(tmp_path / "x.db", documents) as store:
        assert len(held_out(rows_of(store), 0.1, 7)) == 4
        assert held_out(rows_of(store), 0.1, 7) == held_out(rows_of(store), 0.1, 7)
        assert held_out(rows_of(store), 0.1, 7) != held_out(rows_of(store), 0.1, 8)
        assert len(held_out(rows_of(store), 0.001, 7)) == 1, "neither side is empty"


def test_groups_are_not_divided_and_one_group_cannot_be(tmp_path: Path) -> None:
    documents = {f"{n}.md": [(f"source {n}", [("meta", f"note {n}")])] for n in range(6)}
    with store_of(tmp_path / "x.db", documents) as store:
        for seed in range(8):
            held = held_out(rows_of(store), 0.5, seed, [(1, 2), (2, 3), (5, 6)])
            assert len(held & {1, 2, 3}) in (0, 3)
            assert len(held & {5, 6}) in (0, 2)
        assert held_out(rows_of(store), 0.5, 0, pairwise(range(1, 7))) == frozenset()
