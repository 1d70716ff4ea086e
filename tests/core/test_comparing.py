"""What comparing remembers between two questions is what the database has, whatever others do meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.test_duplicates import TEXTS, brute, filled
from unpack_core import duplicates
from unpack_core.duplicates import Memory
from unpack_core.store import Store

ACTIONS = ["mine", "mine, others wait", "theirs", "theirs by a memory", "all", "lower", "higher", "forget", "undo"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with filled(tmp_path / "x.db", [("meta", TEXTS[0]), ("meta", "x"), ("context", TEXTS[0])]) as store:
        duplicates.catch_up(store)
        yield store


def edited(store: Store, layer_id: int, text: str) -> int:
    """The version that an edit made, or the head if nothing changed."""
    store.edit(layer_id, text)
    return store.layer(layer_id).head.id


def found(store: Store) -> dict[tuple[int, int], float]:
    return {(pair.a, pair.b): pair.score for pair in duplicates.pairs(store)}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(ACTIONS), st.integers(1, 6), st.sampled_from(TEXTS), st.integers(0, 9)),
        max_size=12,
    )
)
def test_a_memory_is_as_good_as_reading_everything(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, str, int]]
) -> None:
    path = tmp_path_factory.mktemp("d") / "x.db"
    layers = [(kind, text) for kind in ("meta", "context") for text in TEXTS[:3]]
    with filled(path, layers) as store, Store.open(path) as other:
        memory, others_memory = Memory(store), Memory(other)
        for action, layer_id, text, number in steps:
            text += str(number)
            match action:
                case "mine":
                    duplicates.compare_now(store, [edited(store, layer_id, text)], memory)
                case "mine, others wait":
                    edited(store, layer_id % 6 + 1, TEXTS[0] + text)
                    duplicates.compare_now(store, [edited(store, layer_id, text)], memory)
                case "theirs":
                    duplicates.compare_now(other, [edited(other, layer_id, text)])
                case "theirs by a memory":
                    duplicates.compare_now(other, [edited(other, layer_id, text)], others_memory)
                case "all":
                    duplicates.catch_up(store, memory=memory)
                case "lower":
                    duplicates.set_threshold(other, 0.5)
                case "higher":
                    duplicates.set_threshold(other, 0.9)
                case "forget":
                    duplicates.forget(other)
                case "undo":
                    store.undo()
        assert duplicates.catch_up(store, memory=memory) == 0
        assert found(store) == brute(store, duplicates.threshold(store))


def test_what_was_compared_elsewhere_is_known(store: Store) -> None:
    memory = Memory(store)
    duplicates.compare_now(store, [edited(store, 2, "something else")], memory)
    with Store.open(store.path) as other:
        duplicates.compare_now(other, [edited(other, 1, "of quite another window")])
    duplicates.compare_now(store, [edited(store, 2, "of quite another window!")], memory)
    assert found(store) == brute(store, 0.85) != {}


def test_only_what_is_new_is_read(store: Store) -> None:
    memory = Memory(store)
    read: list[str] = []
    for text, whole in [("one", True), ("two", False), ("three", False)]:
        version_id = edited(store, 2, text)
        store.connection.set_trace_callback(read.append)
        duplicates.compare_now(store, [version_id], memory)
        store.connection.set_trace_callback(None)
        assert any("FROM signature g" in statement for statement in read) is whole
        read.clear()
    with Store.open(store.path) as other:
        theirs = edited(other, 1, "four")
        duplicates.compare_now(other, [theirs])
    version_id = edited(store, 2, "five")
    store.connection.set_trace_callback(read.append)
    duplicates.compare_now(store, [version_id], memory)
    store.connection.set_trace_callback(None)
    (looked_up,) = [statement for statement in read if "SELECT version_id, length, letters" in statement]
    assert f"[{theirs}]" in looked_up


def test_all_that_was_forgotten_is_read_anew(store: Store) -> None:
    memory = Memory(store)
    duplicates.compare_now(store, [edited(store, 2, "one")], memory)
    with Store.open(store.path) as other:
        duplicates.forget(other)
    duplicates.compare_now(store, [edited(store, 2, TEXTS[1])], memory)
    assert found(store) == {}, "nothing else has been compared since"
    duplicates.catch_up(store, memory=memory)
    assert found(store) == brute(store, 0.85) != {}
