"""Near-duplicates in the database: the pairs of heads that comparing everything would give."""

from __future__ import annotations

import json
import math
from itertools import combinations
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

from unpack_core import duplicates
from unpack_core.corpus import Arrival
from unpack_core.doctor import examine
from unpack_core.errors import StoreError
from unpack_core.filter import compiled, layer_ids
from unpack_core.intake import take_in
from unpack_core.likeness import least_score
from unpack_core.model import IncomingDocument, IncomingLayer, IncomingParagraph, Status
from unpack_core.neardup import normalize
from unpack_core.store import Store
from unpack_tui.cli import cli

TEXTS = ["(1) the map is not the land", "(1) the map is not the land!", "(2) The  MAP is not land", "карта", "", "x"]
texts = st.sampled_from(TEXTS)


def filled(path: Path, layers: list[tuple[str, str]]) -> Store:
    """One paragraph a layer, given as (kind, text)."""
    store = Store.open(path, create=True)
    document = IncomingDocument("d.md")
    take_in(
        store,
        [
            Arrival(document, IncomingParagraph(f"P {n}", n, layers=(IncomingLayer(kind, text),)))
            for n, (kind, text) in enumerate(layers)
        ],
        source="t",
    )
    return store


def brute(store: Store, threshold: float) -> dict[tuple[int, int], float]:
    heads = store.rows("SELECT l.id, l.kind, v.text FROM layer l JOIN version v ON v.id = l.head_id ORDER BY l.id")
    found = {}
    for (a, kind, text), (b, other_kind, other) in combinations(heads.fetchall(), 2):
        ratio = fuzz.ratio(normalize(text), normalize(other))
        if kind == other_kind and ratio >= 100 * threshold:
            found[a, b] = ratio / 100
    return found


def reported(store: Store) -> dict[tuple[int, int], float]:
    duplicates.catch_up(store)
    return {(pair.a, pair.b): pair.score for pair in duplicates.pairs(store)}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    layers=st.lists(st.tuples(st.sampled_from(["meta", "context"]), texts), min_size=2, max_size=8),
    edits=st.lists(st.tuples(st.integers(0, 7), texts), max_size=4),
    undone=st.integers(0, 3),
    threshold=st.sampled_from([0.5, 0.8, 0.85, 0.95, 1.0]),
)
def test_the_pairs_are_the_pairs(
    tmp_path_factory: pytest.TempPathFactory,
    layers: list[tuple[str, str]],
    edits: list[tuple[int, str]],
    undone: int,
    threshold: float,
) -> None:
    with filled(tmp_path_factory.mktemp("d") / "x.db", layers) as store:
        assert reported(store) == brute(store, 0.85)
        for n, text in edits:
            store.edit(n % len(layers) + 1, text)
        duplicates.set_threshold(store, threshold)
        assert reported(store) == brute(store, threshold)
        for _ in range(undone):
            store.undo()
        assert reported(store) == brute(store, threshold)
        assert duplicates.to_compare(store) == 0


@given(lengths=st.tuples(st.integers(1, 200), st.integers(1, 200)), common=st.integers(0, 200), step=st.integers(-2, 2))
def test_a_stored_score_reaches_a_threshold_when_the_ratio_does(
    lengths: tuple[int, int], common: int, step: int
) -> None:
    shared = "a" * min(common, *lengths)
    one, other = shared.ljust(lengths[0], "b"), shared.ljust(lengths[1], "c")
    ratio = fuzz.ratio(one, other)
    threshold = ratio / 100
    for _ in range(abs(step)):
        threshold = math.nextafter(threshold, math.inf if step > 0 else 0)
    if 0.5 <= threshold <= 1:
        assert (ratio / 100 >= least_score(threshold)) == (ratio >= 100 * threshold)


EXACT = [
    (1006, 1255),  # 0.801593625498008, which SQLite reads as the next double
    (1, 2),
    (4, 5),
    (17, 20),
    (9, 10),
    (7, 10),
    (2, 3),
]


@pytest.mark.parametrize(("common", "length"), EXACT)
def test_a_pair_exactly_at_the_threshold_is_one_everywhere(tmp_path: Path, common: int, length: int) -> None:
    """What is compared, listed, counted, found by the filter, printed by `dedupe`, and what the mark goes by."""
    one, other = ("a" * common + letter * (length - common) for letter in "bc")
    ratio = fuzz.ratio(one, other)
    path = tmp_path / "x.db"
    with filled(path, [("meta", one), ("meta", other), ("meta", "d" * length)]) as store:
        exact = {ratio / 100, common / length}
        for threshold in exact | {math.nextafter(each, side) for each in exact for side in (0, 1)}:
            if threshold < 0.5:
                continue
            duplicates.set_threshold(store, threshold)
            expected = {(1, 2): ratio / 100} if ratio >= 100 * threshold else {}
            assert reported(store) == expected == brute(store, threshold)
            assert sum(duplicates.counts(store)) == len(expected)
            assert [pair.score for pair in duplicates.resembles(store, 1)] == list(expected.values())
            found = layer_ids(store, compiled(store, "dup:open"))
            assert set(found) == {layer for pair in expected for layer in pair}
            printed = CliRunner().invoke(cli, ["--db", str(path), "dedupe", "--json"], catch_exceptions=False).stdout
            rows = [json.loads(line) for line in printed.splitlines()]
            assert {(row["a"], row["b"]): row["score"] for row in rows} == expected


def test_two_that_compare_at_the_same_time_lose_no_pair(tmp_path: Path) -> None:
    texts = [f"(1) {n:03} {word}" for word in ("map", "plan") for n in range(600)]
    path = tmp_path / "x.db"
    with filled(path, [("meta", text) for text in texts]) as store, Store.open(path) as other:
        duplicates.set_threshold(store, 0.8)
        duplicates.catch_up(store, lambda *_: duplicates.catch_up(other, seconds=0))
        assert duplicates.to_compare(other) == 0
        assert {(pair.a, pair.b): pair.score for pair in duplicates.pairs(store)} == brute(store, 0.8)


def test_comparing_is_broken_off_in_time_and_goes_on_later(tmp_path: Path) -> None:
    with filled(tmp_path / "x.db", [("meta", f"(1) {n} thoughts") for n in range(600)]) as store:
        left = duplicates.catch_up(store, seconds=0)
        assert 0 < left < 600
        assert duplicates.to_compare(store) == left
        assert reported(store) == brute(store, 0.85)
        assert duplicates.catch_up(store) == 0


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return filled(tmp_path / "x.db", [("meta", TEXTS[0]), ("meta", TEXTS[1]), ("meta", TEXTS[2]), ("meta", "x")])


def states(store: Store) -> dict[tuple[int, int], str]:
    return {(pair.a, pair.b): pair.state for pair in duplicates.pairs(store)}


def test_keeping_one_rejects_the_others_in_one_step_that_undo_takes_back(store: Store) -> None:
    duplicates.catch_up(store)
    step = duplicates.keep(store, 1, [2, 3])
    assert step
    assert step.note == "near-duplicate of layer 1"
    assert [store.layer(n).status for n in (1, 2, 3)] == [Status.PENDING, Status.REJECTED, Status.REJECTED]
    assert states(store) == dict.fromkeys([(1, 2), (1, 3), (2, 3)], "kept")  # 2 and 3 are rejected: no word needed
    assert duplicates.counts(store) == (0, 3)
    store.undo()
    assert [store.layer(n).status for n in (1, 2, 3)] == [Status.PENDING] * 3
    assert set(states(store).values()) == {"open"}
    store.redo()
    assert states(store)[1, 2] == "kept"
    assert [sentence for check in examine(store) for sentence in check.broken] == []


def test_distinct_is_remembered_for_that_pair_whatever_comes(store: Store) -> None:
    duplicates.catch_up(store)
    duplicates.keep_both(store, 2, 1)
    store.edit(1, TEXTS[0] + "?")
    duplicates.catch_up(store)
    assert states(store)[1, 2] == "distinct"
    assert duplicates.counts(store) == (2, 1)
    assert store.layer(2).status == Status.PENDING


def test_what_is_settled_so_already_makes_no_step(store: Store) -> None:
    assert store.settle([(1, 2)], "distinct")
    assert store.settle([(1, 2)], "distinct") is None
    assert store.settle([(1, 2), (1, 3)], "distinct")
    store.undo()
    assert store.rows("SELECT a_id, b_id, state FROM settlement").fetchall() == [(1, 2, "distinct")]


def test_doctor_sees_a_settlement_that_the_log_does_not_know(store: Store) -> None:
    store.rows("INSERT INTO settlement VALUES (1, 2, 'kept')")
    assert any("the log says open" in sentence for check in examine(store) for sentence in check.broken)


def test_a_text_like_a_rejected_one_is_found(store: Store) -> None:
    store.decide([3], Status.REJECTED)
    duplicates.catch_up(store)
    assert {(pair.a, pair.b) for pair in duplicates.resembles(store, 1)} == {(1, 2), (1, 3)}


def test_a_senseless_threshold_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match=r"from 0\.5 to 1"):
        duplicates.set_threshold(store, 85)


def test_the_command_prints_a_line_a_pair_and_keeps_the_threshold(store: Store) -> None:
    path = str(store.path)
    store.close()
    run = CliRunner()
    rows = [json.loads(line) for line in run.invoke(cli, ["dedupe", "--db", path, "--json"]).stdout.splitlines()]
    assert [(row["a"], row["b"], row["state"]) for row in rows] == [(1, 2, "open"), (1, 3, "open"), (2, 3, "open")]
    assert all(list(row) == ["a", "b", "score", "state"] and 0.85 <= row["score"] <= 1 for row in rows)
    assert "1 pair in 1 group at 0.97" in run.invoke(cli, ["dedupe", "--db", path, "--threshold", "0.97"]).stdout
    again = run.invoke(cli, ["dedupe", "--db", path, "--json", "--where", "status:accepted"])
    assert again.stdout == ""
    refused = run.invoke(cli, ["dedupe", "--db", path, "--threshold", "7"])
    assert refused.exit_code == 2
    assert "0.5" in refused.stderr


def test_the_planted_pairs_of_the_sample_corpus_are_found_and_no_others(tmp_path: Path) -> None:
    path = str(tmp_path / "demo.db")
    run = CliRunner()
    run.invoke(cli, ["demo", "--db", path])
    rows = [json.loads(line) for line in run.invoke(cli, ["dedupe", "--db", path, "--json"]).stdout.splitlines()]
    assert len(rows) == 9
    with Store.open(path) as demo:
        assert {(row["a"], row["b"]) for row in rows} == set(brute(demo, 0.85))


def test_a_text_that_somebody_waits_for_is_compared_before_a_batch(tmp_path: Path) -> None:
    texts = [f"(1) {n} thoughts of the many that are still to come" for n in range(200)]
    with filled(tmp_path / "x.db", [("meta", text) for text in texts]) as store:
        duplicates.catch_up(store, seconds=0)
        waiting = duplicates.to_compare(store)
        step = store.edit(200, texts[0] + "!")
        assert step
        duplicates.compare_now(store, [store.layer(200).head.id])
        assert duplicates.to_compare(store) == waiting
        assert (1, 200) in {(pair.a, pair.b) for pair in duplicates.resembles(store, 200)}
        assert reported(store) == brute(store, 0.85)
