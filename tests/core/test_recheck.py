"""Decisions asked again: which may be, what an answer changes, and that the log holds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from tests.core.test_store import health
from unpack_core import duplicates, recheck
from unpack_core.filter import compiled, layer_ids
from unpack_core.history import entries
from unpack_core.model import IncomingLayer, Origin, Status
from unpack_core.recheck import Draw, Progress, RecheckError
from unpack_core.store import Store

ACCEPTED, REJECTED = Status.ACCEPTED, Status.REJECTED


@pytest.fixture
def store(database: Path) -> Iterator[Store]:
    with Store.open(database) as store:
        yield store


def draw(store: Store, share: float = 1, where: str = "", seed: int = 0, days: float = 0) -> Draw:
    return recheck.draw(store, share, compiled(store, where), seed=seed, days=days)


def queued(store: Store) -> list[int]:
    return [row[0] for row in store.rows("SELECT layer_id FROM recheck WHERE dropped_at = '' ORDER BY id")]


def found(store: Store, expression: str) -> list[int]:
    return list(layer_ids(store, compiled(store, expression)))


def test_only_the_curators_own_standing_single_decisions_are_asked_again(store: Store) -> None:
    for layer_id in (1, 2, 3, 4, 5):
        store.decide([layer_id], ACCEPTED)
    store.decide([6, 7], REJECTED)  # in bulk
    store.edit(2, "(1) In my own words")  # accepted still, another text
    store.regenerate(3, IncomingLayer("", "(1) New", origin=Origin.REGENERATED, model="m"))  # open again
    store.regenerate(12, IncomingLayer("", "(1) New", origin=Origin.REGENERATED, model="m"))
    store.decide([12], ACCEPTED)
    store.restore(12, store.versions(12)[0].id)  # accepted still, a text that was not decided on
    store.edit(8, "(1) Mine")
    store.decide([8], ACCEPTED)  # of one's own text
    duplicates.keep(store, 9, [10])  # as a copy
    store.decide([5], Status.PENDING)
    store.decide([11], REJECTED)
    store.undo()
    store.redo()
    assert draw(store) == Draw(3, 3)
    assert sorted(queued(store)) == [1, 4, 11]


def test_a_decision_beside_a_source_that_changed_since_is_not_asked(run: Callable[..., Result], store: Store) -> None:
    for layer_id in (1, 4):
        store.decide([layer_id], ACCEPTED)
    kept = store.paragraph(2).text
    changed = "Justice is the conformity of deeds to the norms of a village. So we told others."
    Path("essay.md").write_text(f"{changed}\n\n{kept}\n")
    result = run("import", "essay.md", "--db", str(store.path))
    assert result.exit_code == 0, result.output
    assert store.paragraph(1).text.endswith("So we told others.")
    assert draw(store) == Draw(1, 1)
    assert queued(store) == [4]


def test_what_a_file_decided_is_not_asked(store: Store) -> None:
    decided = IncomingLayer("meta", "(1) It came accepted", status=ACCEPTED)
    store.add_layers([(1, 1 << 32, decided)], store.add_batch("file"))
    assert draw(store) == Draw(0, 0)


def test_a_share_is_rounded_up_and_follows_its_seed(store: Store) -> None:
    for layer_id in range(1, 13):
        store.decide([layer_id], ACCEPTED)
    samples = {}
    for seed in (1, 1, 2, 3):
        assert draw(store, 0.3, seed=seed) == Draw(4, 12)
        sample = queued(store)
        assert samples.setdefault(seed, sample) == sample
        recheck.drop(store)
    assert len({tuple(sample) for sample in samples.values()}) == 3
    assert draw(store, 0.01, "kind:analogy") == Draw(1, 4)
    assert store.layer(queued(store)[0]).kind == "analogy"
    with pytest.raises(RecheckError, match="above 0"):
        draw(store, 0)


def test_no_text_is_asked_about_twice(store: Store) -> None:
    for layer_id in (1, 2, 3):
        store.decide([layer_id], ACCEPTED)
    assert draw(store, 0.5) == Draw(2, 3)
    assert draw(store) == Draw(1, 1)
    assert draw(store) == Draw(0, 0)
    assert recheck.drop(store) == 3
    assert draw(store) == Draw(3, 3)


def test_young_decisions_can_be_left_out(store: Store) -> None:
    store.decide([1], ACCEPTED)
    assert draw(store, days=0.5) == Draw(0, 0)


def test_a_question_shows_no_mark_of_the_decision(store: Store) -> None:
    store.decide([1], REJECTED)
    store.retag([1], ["weak"])
    store.flag([1], True)
    draw(store)
    text = store.layer(1).head.text
    store.edit(1, "(1) Later")
    question = recheck.next_question(store)
    assert question
    layer = question.layer
    assert (layer.status, layer.tags, layer.flagged, layer.versions) == (Status.PENDING, (), False, 1)
    assert layer.head.text == text


def test_an_answer_leaves_the_decision_and_can_be_taken_back(store: Store) -> None:
    for layer_id in (1, 2):
        store.decide([layer_id], ACCEPTED)
    draw(store)
    first = recheck.next_question(store)
    assert first
    recheck.answer(store, first, REJECTED)
    assert store.layer(first.layer.id).status == ACCEPTED
    assert recheck.progress(store) == Progress(open=1, answered=1, agreed=0)
    assert found(store, "recheck:differs") == [first.layer.id]
    assert recheck.answer(store, first, ACCEPTED) is None
    back = recheck.take_back(store)
    assert back
    assert back.id == first.id
    assert recheck.progress(store) == Progress(open=2, answered=0, agreed=0)
    assert recheck.take_back(store) is None
    assert store.layer(1).status == ACCEPTED
    store.redo()
    assert recheck.progress(store).answered == 1
    assert health(store) == []


def test_an_answer_redone_after_its_question_was_dropped_is_still_sound(store: Store) -> None:
    store.decide([1], ACCEPTED)
    draw(store)
    question = recheck.next_question(store)
    assert question
    recheck.answer(store, question, ACCEPTED)
    store.undo()
    assert recheck.drop(store) == 1
    assert recheck.next_question(store) is None
    store.redo()
    assert recheck.progress(store).agreed == 1
    assert health(store) == []


def test_skipped_questions_come_round(store: Store) -> None:
    for layer_id in (1, 2, 3):
        store.decide([layer_id], ACCEPTED)
    draw(store)
    seen = [0]
    for _ in range(4):
        question = recheck.next_question(store, seen[-1])
        assert question
        seen.append(question.id)
    assert len(set(seen[1:4])) == 3
    assert seen[4] == seen[1]


def test_deciding_otherwise_is_an_ordinary_decision(store: Store) -> None:
    store.decide([1], ACCEPTED)
    draw(store)
    question = recheck.next_question(store)
    assert question
    recheck.answer(store, question, REJECTED)
    assert recheck.second_answer(store, store.layer(1)) == REJECTED
    store.decide([1], REJECTED)
    assert recheck.second_answer(store, store.layer(1)) is None
    assert (found(store, "recheck:differs"), found(store, "recheck:same")) == ([], [1])
    store.undo()
    assert found(store, "recheck:differs") == [1]
    assert recheck.answers(store) == {"definition": (0, 1, 0, 0)}
    assert [entry.said() for entry in entries(store)][1] == "asked again: rejected"


def test_doctor_sees_an_answer_that_the_log_does_not_know(store: Store) -> None:
    store.decide([1], ACCEPTED)
    draw(store)
    store.rows("UPDATE recheck SET second = 'accepted'")
    assert any("question 1" in sentence for sentence in health(store))
