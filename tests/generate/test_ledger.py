"""The books of generation, asked without a model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from unpack_core.corpus import Arrival
from unpack_core.filter import compiled
from unpack_core.generate.ledger import Entry, Ledger
from unpack_core.generate.price import Usage
from unpack_core.generate.request import Purpose, Request
from unpack_core.intake import take_in
from unpack_core.model import IncomingDocument, IncomingLayer, IncomingParagraph
from unpack_core.store import Store

KINDS = ("analogy", "question")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Three paragraphs; the first has two questions."""
    layers = [(IncomingLayer("question", "(1) Which?"), IncomingLayer("question", "(1) Whose?")), (), ()]
    with Store.open(tmp_path / "unpack.db", create=True) as store:
        arrivals = (
            Arrival(IncomingDocument("wall.md"), IncomingParagraph(f"The {n}. stone.", n, layers=of))
            for n, of in enumerate(layers, 1)
        )
        take_in(store, arrivals, source="test")
        yield Ledger(store)


def entered(ledger: Ledger, paragraph_id: int, *kinds: str, layer_id: int | None = None, **more: object) -> Entry:
    purpose = Purpose.REGENERATE if layer_id else Purpose.UNPACK
    parts: dict[str, object] = {"model": "m", "recipe": "r", "turns": (("user", f"The {paragraph_id}. stone."),)}
    request = Request(**{"purpose": purpose, "kinds": kinds, "lang": "en", "system": "", **parts, **more})
    return ledger.enter(request, lambda asked: asked.identity("anybody", "nowhere"), paragraph_id, layer_id)


def missing(ledger: Ledger) -> dict[int, tuple[str, ...]]:
    return {gap.paragraph_id: gap.kinds for gap in ledger.gaps(KINDS, model="m", recipe="r")}


@pytest.mark.parametrize("apart", [1, 0])
def test_what_is_missing_is_read_to_its_end_while_it_is_filled(apart: int, tmp_path: Path) -> None:
    wall = [f"The {n}. stone of the wall." for n in range(450)]  # more than two pages
    arrivals = (Arrival(IncomingDocument("wall.md"), IncomingParagraph(text, apart * n)) for n, text in enumerate(wall))
    with Store.open(tmp_path / "unpack.db", create=True) as store:
        take_in(store, arrivals, source="test")
        assert [gap.text for gap in Ledger(store).gaps(["analogy"], model="m", recipe="r")] == wall
        batch_id = store.add_batch("test", "")
        found: list[str] = []
        for gap in Ledger(store).gaps(["analogy"], model="m", recipe="r"):
            found.append(gap.text)
            store.add_layers([(gap.paragraph_id, gap.rank, IncomingLayer("analogy", "As mortar."))], batch_id)
        assert found == wall
        assert list(Ledger(store).gaps(["analogy"], model="m", recipe="r")) == []


@pytest.mark.parametrize(
    ("state", "still"), [("open", True), ("answered", True), ("failed", True), ("done", False), ("refused", False)]
)
def test_what_this_model_by_this_recipe_has_settled_is_missing_no_more(state: str, still: bool, ledger: Ledger) -> None:
    assert missing(ledger) == {1: ("analogy",), 2: KINDS, 3: KINDS}
    entry = entered(ledger, 2, "analogy")
    ledger.mark(entry.id, state)
    assert missing(ledger)[2] == (KINDS if still else ("question",))
    for other in ({"model": "n"}, {"recipe": "s"}):
        ledger.mark(entered(ledger, 3, "analogy", **other).id, state)
    ledger.mark(entered(ledger, 1, "analogy", layer_id=1).id, state)  # of a layer that is there
    assert (missing(ledger)[3], missing(ledger)[1]) == (KINDS, ("analogy",))
    again = entered(ledger, 2, "analogy", "question", number=1)
    assert ledger.lacking(again, KINDS) == missing(ledger)[2]
    assert ledger.lacking(entry, KINDS) == KINDS, "its own end settles nothing"
    assert ledger.missing_still(1, KINDS) == ["analogy"]


@pytest.mark.parametrize(
    ("batch", "waits"), [("intended", True), ("submitted", True), ("collected", False), ("abandoned", False)]
)
def test_what_a_batch_is_at_work_on_is_missing_no_more(batch: str, waits: bool, ledger: Ledger) -> None:
    first, second, _ = (entered(ledger, of, "analogy", number=n) for n, of in enumerate((2, 3, 2)))
    ledger.store.rows("INSERT INTO remote_batch (host, state, created_at) VALUES ('h', ?, '')", (batch,))
    ledger.store.rows("UPDATE request SET remote_batch_id = 1")
    ledger.mark(second.id, "failed")
    assert sorted(missing(ledger)) == ([1, 3] if waits else [1, 2, 3])
    assert ledger.in_batches() == (1 if waits else 0)
    assert first.state == "open"


def test_a_filter_finds_a_paragraph_by_its_layers_or_by_its_own_text(ledger: Ledger) -> None:
    for expression, found in (("Whose", [1]), ("stone", [1, 2, 3]), ("3", [3]), ("kind:question", [1])):
        clause = compiled(ledger.store, expression)
        gaps = ledger.gaps(KINDS, model="m", recipe="r", clause=clause)
        assert [gap.paragraph_id for gap in gaps] == found, expression


def test_a_paragraph_that_is_gone_is_missing_nothing(ledger: Ledger) -> None:
    ledger.store.rows("UPDATE paragraph SET removed_at = 'today' WHERE id = 2")
    assert sorted(missing(ledger)) == [1, 3]


@pytest.mark.parametrize("places", [[(2, None), (3, None), (1, None)], [(1, 2), (1, 1), (1, 3)]])
def test_one_request_is_one_row_and_that_of_another_place_another(
    places: list[tuple[int, int | None]], ledger: Ledger
) -> None:
    ledger.store.add_layers([(1, 0, IncomingLayer("question", "(1) Which?"))], 1)

    def entries() -> list[Entry]:
        turns = (("user", "The same words."),)
        return [entered(ledger, of, "question", layer_id=layer_id, turns=turns) for of, layer_id in places]

    first = entries()
    assert [(entry.paragraph_id, entry.layer_id) for entry in first] == places
    assert entries() == first


def test_the_last_answer_counts_and_what_it_cost(ledger: Ledger) -> None:
    entry = entered(ledger, 2, "analogy")
    assert (ledger.answer(entry.id), ledger.answered(unread=True)) == (None, [])
    ledger.mark(entry.id, "failed", "Overloaded.", tried=True)
    ledger.keep(entry.id, {"n": 1}, Usage(1, 2), None)
    ledger.keep(entry.id, {"n": 2}, Usage(10, 5, 3, 4), 0.5)
    paid = ledger.answer(entry.id)
    assert paid
    assert (paid.body, paid.input_tokens, paid.cached_tokens, paid.output_tokens) == ({"n": 2}, 17, 3, 5)
    assert paid.cost_usd == 0.5
    stands = ledger.entry(entry.id)
    assert (stands.state, stands.reason, stands.attempts) == ("answered", "", 3)
    ledger.mark(entry.id, "done")
    assert ledger.entry(entry.id).attempts == 3


def test_answers_are_found_by_what_became_of_them(ledger: Ledger) -> None:
    states = ("open", "answered", "failed", "done", "refused")
    first, again = (
        {state: entered(ledger, 1, "question", number=n, layer_id=layer_id).id for n, state in enumerate(states)}
        for layer_id in (None, 1)
    )
    bare = entered(ledger, 2, "question"), entered(ledger, 1, "question", number=9, layer_id=1)
    for state, request_id in (*first.items(), *again.items()):
        ledger.keep(request_id, {}, Usage(1, 1), None)
        ledger.mark(request_id, state)
    for entry in bare:  # marked without an answer
        ledger.mark(entry.id, "answered")
    assert ledger.answered(unread=True) == [first["answered"]]
    assert ledger.answered(unread=False) == [first["answered"], first["failed"], first["done"]]
    assert ledger.waiting_rewrites() == [again["answered"]]
    assert ledger.waiting_rewrites(unread=False) == [again["answered"], again["failed"]]
    assert (ledger.rewrites(1), ledger.rewrites(2)) == (len(states) + 1, 0)


def test_what_came_and_was_never_shown_is_told_from_what_was(ledger: Ledger) -> None:
    store, ids = ledger.store, [entered(ledger, 1, "question", number=n, layer_id=1).id for n in (4, 7)]
    versions = [store.offer(1, IncomingLayer("question", f"(1) {n}?", request_id=n)) for n in ids]
    candidate = entered(ledger, 1, "question", layer_id=1, purpose=Purpose.CANDIDATE, number=1)
    store.offer(1, IncomingLayer("question", "(1) Or?", request_id=candidate.id))
    store.take_up(1, versions[0])
    assert [(number, version) for _, number, version in ledger.never_shown(1)] == [(7, versions[1])]
    assert (ledger.made_of(ids[0]), ledger.made_of(entered(ledger, 2, "question").id)) == (versions[0], None)


def test_instructions_are_told_once_the_last_first(ledger: Ledger) -> None:
    for n, instruction in enumerate(("shorter", "", "colder", "shorter", "longer")):
        entered(ledger, 1, "question", number=n, layer_id=1, instruction=instruction)
    assert ledger.instructions() == ["longer", "shorter", "colder"]
    assert ledger.instructions(2) == ["longer", "shorter"]
