"""The numbers against counting by hand, filters included; and the pace of sessions with known times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from tests.core.test_store import health
from tests.log_helpers import decided_at
from unpack_core import checks, recheck
from unpack_core.corpus import Arrival
from unpack_core.errors import FilterError
from unpack_core.events import Action
from unpack_core.filter import compiled, layer_ids
from unpack_core.intake import take_in
from unpack_core.model import IncomingDocument, IncomingLayer, IncomingParagraph, Origin, Status
from unpack_core.stats import collect
from unpack_core.stats.beside import Counting
from unpack_core.stats.certainty import wilson
from unpack_core.stats.pace import FEWEST, Moment, measured
from unpack_core.store import Store

ACCEPTED, PENDING, REJECTED = Status.ACCEPTED, Status.PENDING, Status.REJECTED
MORNING = datetime(2026, 11, 20, 9, tzinfo=UTC)


def layer(kind: str, model: str, cost: float | None = None, recipe: str = "") -> IncomingLayer:
    return IncomingLayer(
        kind, f"(1) {kind} by {model}", origin=Origin.GENERATED, model=model, cost_usd=cost, recipe=recipe
    )


def arrivals(documents: int, *layers: IncomingLayer) -> Iterator[Arrival]:
    """Documents of three paragraphs, each with these layers."""
    for document in range(documents):
        for n in range(3):
            yield Arrival(
                IncomingDocument(f"{document}.md", f"Эссе {document}"),
                IncomingParagraph(f"Paragraph {n} of {document}.", n, "ru" if document % 2 else "en", layers=layers),
            )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Two batches by two models with two revisions of the recipe; some of all was done."""
    with Store.open(tmp_path / "x.db", create=True) as store:
        first = [layer(kind, "big", 0.02, "aaaaaaaaaaaaaaaa") for kind in ("definition", "question")]
        take_in(store, arrivals(2, *first), source="monday")
        take_in(store, arrivals(3, layer("analogy", "small", 0.001, "bbbbbbbbbbbbbbbb")), source="tuesday")
        store.decide([1], ACCEPTED)
        store.decide([2, 3, 13, 14], REJECTED)
        store.edit(4, "(1) In my own words")
        store.decide([4, 15], ACCEPTED)
        store.retag([1, 4], ["keep"])
        store.retag([13], ["weak"])
        store.flag([5], True)
        store.regenerate(6, layer("", "big", 0.03, "bbbbbbbbbbbbbbbb"))
        checks.catch_up(store)
        yield store


@pytest.mark.parametrize(
    "where",
    [
        "",
        "kind:question,analogy",
        "lang:ru",
        "status:rejected",
        "-tag:keep model:big",
        "paragraph",
        "tag:none",
        "batch:2",
    ],
)
def test_a_filter_narrows_all_that_is_counted_of_layers(store: Store, where: str) -> None:
    numbers = collect(store, where)
    layers = [store.layer(layer_id) for layer_id in layer_ids(store, compiled(store, where))]
    statuses = Counter(layer.status.value for layer in layers)
    assert numbers["layers"] == {
        "total": len(layers),
        "flagged": sum(layer.flagged for layer in layers),
        **{status.value: statuses[status.value] for status in Status},
    }
    assert numbers["tags"] == Counter(tag for layer in layers for tag in layer.tags)
    kinds = Counter((layer.kind, layer.status.value) for layer in layers)
    assert {
        (group["name"], status): count
        for group in numbers["kinds"]
        for status in ("pending", "accepted", "rejected")
        if (count := int(str({**group}[status])))
    } == kinds
    for part in (numbers["models"], numbers["recipes"], numbers["batches"], numbers["by_document"]["listed"]):
        assert sum(group["pending"] + group["accepted"] + group["rejected"] for group in part) == len(layers)
    ids = [layer.id for layer in layers]
    assert numbers["edits"] == (4 in ids)
    assert numbers["cost_usd"] == pytest.approx(
        sum(version.cost_usd or 0 for n in ids for version in store.versions(n))
    )
    found = Counter(
        finding.name for layer in layers if layer.status == PENDING for finding in _findings(store, layer.head.id)
    )
    assert numbers["findings"] == found
    if where:
        assert numbers["paragraphs"] == len({layer.paragraph_id for layer in layers})
    else:
        assert (numbers["documents"], numbers["paragraphs"]) == (3, 9)


def _findings(store: Store, version_id: int) -> dict[object, None]:
    return dict.fromkeys(checks.found(store, version_id))


def test_nothing_is_left_behind_and_a_wrong_word_is_said(store: Store) -> None:
    with pytest.raises(FilterError, match="knd"):
        collect(store, "knd:analogy")
    collect(store, "kind:analogy")
    assert not store.connection.in_transaction
    assert store.one("SELECT count(*) FROM sqlite_temp_master WHERE name = 'counted'")[0] == 0


@pytest.mark.parametrize("where", ["", "paragraph", "status:pending -tag:x"])
def test_a_count_that_nobody_waits_for_is_ended_wherever_it_is(tmp_path: Path, where: str) -> None:
    with Store.open(tmp_path / "long.db", create=True) as store:
        take_in(store, arrivals(400, *[layer(kind, "m") for kind in ("meta", "paradox", "analogy")]), source="s")
        counting = Counting(store, where)
        assert counting.run() == collect(store, where)
        counting.stop()
        assert counting.run() is None


class EndedAt(Counting):
    """Ended when SQLite asks for the n-th time."""

    looks = 0

    def over(self) -> bool:
        self.looks -= 1
        if self.looks < 0:
            self.stop()
        return super().over()


def test_a_count_is_ended_quietly_though_something_was_being_read_meanwhile(store: Store) -> None:
    for n in range(900):  # so many that to know what was undone takes a while, with the edited texts half read
        store.flag([1], n % 2 == 0)
    for looks in count():
        counting = EndedAt(store, "status:accepted")
        counting.looks = looks
        if counting.run():
            break
    assert looks


def test_an_edited_text_counts_for_the_model_that_wrote_what_it_was(store: Store) -> None:
    big, small = collect(store)["models"]
    assert (big["name"], big["accepted"], big["rejected"], big["edited"]) == ("big", 2, 2, 1)
    assert (small["name"], small["accepted"], small["rejected"], small["edited"]) == ("small", 1, 2, 0)
    assert big["kept"] == 0.5
    assert (big["low"], big["high"]) == wilson(2, 4)
    assert big["cost_usd"] == pytest.approx(12 * 0.02 + 0.03)


def test_however_often_it_was_edited_and_only_what_was_accepted_counts_as_edited(store: Store) -> None:
    store.edit(4, "(1) In better words")
    store.edit(7, "(1) Not worth it")
    store.decide([7], REJECTED)
    big, small = collect(store)["models"]
    assert (big["name"], big["accepted"], big["rejected"], big["edited"]) == ("big", 2, 3, 1)
    assert small["name"] == "small"
    (only,) = collect(store, "layer:7,8")["models"]
    assert only["cost_usd"] == pytest.approx(0.04)


def test_findings_are_of_what_is_pending(store: Store) -> None:
    store.edit(7, "(1) **bold**")
    checks.catch_up(store)
    before = collect(store)["findings"]["markup-leak"]
    store.decide([7], ACCEPTED)
    assert collect(store)["findings"].get("markup-leak", 0) == before - 1


def test_revisions_are_compared_by_what_they_show(store: Store) -> None:
    old, new = collect(store)["recipes"]
    assert (old["name"], new["name"]) == ("a" * 12, "b" * 12)
    assert old["pending"] + old["accepted"] + old["rejected"] == 11
    assert new["cost_usd"] == pytest.approx(9 * 0.001 + 0.03)


def test_cost_per_accepted_layer(store: Store) -> None:
    numbers = collect(store)
    assert numbers["cost_per_accepted_usd"] == pytest.approx(numbers["cost_usd"] / 3)
    assert collect(store, "tag:weak")["cost_per_accepted_usd"] is None


def test_documents_with_most_left_come_first_and_the_list_is_bounded(tmp_path: Path) -> None:
    with Store.open(tmp_path / "many.db", create=True) as store:
        take_in(store, arrivals(30, layer("meta", "m")), source="s")
        store.decide([1, 2, 3], ACCEPTED)
        store.decide([4], ACCEPTED)
        found = collect(store)["by_document"]
    assert (len(found["listed"]), found["more"]) == (20, 10)
    assert found["listed"][0]["name"] == "Эссе 2"
    assert [group["pending"] for group in found["listed"]] == [3] * 20


def test_an_empty_database_has_numbers_too(tmp_path: Path) -> None:
    with Store.open(tmp_path / "empty.db", create=True) as store:
        numbers = collect(store)
    assert numbers["layers"] == {"total": 0, "pending": 0, "accepted": 0, "rejected": 0, "flagged": 0}
    assert numbers["kinds"] == numbers["models"] == []
    assert numbers["pace"]["began"] == ""
    assert numbers["recheck"]["all"]["why_not"] == "too few"


def test_agreement_stands_by_kind(tmp_path: Path) -> None:
    with Store.open(tmp_path / "r.db", create=True) as store:
        take_in(store, arrivals(6, layer("meta", "m"), layer("paradox", "m")), source="s")
        for n in range(1, 37):
            store.decide([n], ACCEPTED if n % 3 else REJECTED)
        recheck.draw(store, 1, compiled(store, "kind:meta"))
        wrong = 2
        while question := recheck.next_question(store):
            status = store.layer(question.layer.id).status
            if wrong and status == ACCEPTED:
                status, wrong = REJECTED, wrong - 1
            recheck.answer(store, question, status)
        found = collect(store)["recheck"]
        (meta,) = found["kinds"]
        assert (meta["name"], meta["n"], meta["agreed"], meta["why_not"]) == ("meta", 18, 16, "")
        # 12 and 10 of 18 accepted: chance 2/3 * 10/18 + 1/3 * 8/18 = 0.51852; (16/18 - 0.51852) / 0.48148
        assert meta["kappa"] == pytest.approx(0.76923, abs=1e-5)
        assert meta["kappa"] == found["all"]["kappa"]
        assert collect(store, "kind:paradox")["recheck"]["kinds"] == []


# --- pace ------------------------------------------------------------------------------------------------------


def at(minutes: float) -> datetime:
    return MORNING + timedelta(minutes=minutes)


def decision(minutes: float, decided: int = 1) -> Moment:
    return Moment(at(minutes), Action.DECIDE, decided)


def test_the_first_step_took_nobody_knows_how_long() -> None:
    pace = measured([decision(minute) for minute in range(9)], 40, at(9))
    assert (pace["decisions"], pace["minutes"], pace["per_minute"], pace["minutes_left"]) == (9, 8, 1, 40)
    assert pace["running"]
    assert not measured([decision(0)], 1, at(11))["running"]


def test_edits_take_time_and_what_is_taken_back_is_no_decision() -> None:
    steps = [
        decision(0),
        Moment(at(2), Action.EDIT, 0),
        *map(decision, (3, 4, 5, 6, 7, 8)),
        Moment(at(8), Action.UNDO, -1),
    ]
    pace = measured(steps, 10, at(8))
    assert (pace["decisions"], pace["per_minute"], pace["minutes_left"]) == (6, 5 / 8, 16)


def test_answers_to_what_is_asked_again_count_for_nothing() -> None:
    steps = [*map(decision, range(6)), *(Moment(at(5 + n), Action.RECHECK, 0) for n in range(1, 6)), decision(11)]
    assert measured(steps, 1, at(11))["per_minute"] == 1


def test_too_few_decisions_have_no_pace() -> None:
    pace = measured([decision(n) for n in range(FEWEST)], 10, at(9))
    assert (pace["per_minute"], pace["minutes_left"]) == (None, None)


def test_bars_are_minutes_or_more_and_hold_every_decision() -> None:
    assert measured(list(map(decision, (0, 0.2, 0.9, 1.1, 3.5))), 1, at(4))["bars"] == [3, 1, 0, 1]
    long = measured([decision(n / 2) for n in range(600)], 1, at(300))["bars"]
    assert (len(long), sum(long)) == (30, 600)


def test_the_pace_is_read_from_the_log(store: Store) -> None:
    for n, layer_id in enumerate(range(7, 13)):
        decided_at(store, layer_id, ACCEPTED, (at(n * 0.5)).isoformat())
    for n, layer_id in enumerate((18, 19)):  # a session of its own, too short to tell
        decided_at(store, layer_id, ACCEPTED, at(60 + n).isoformat())
    pace = collect(store)["pace"]
    assert pace["began"] == "2026-11-20T09:00:00Z"
    assert (pace["decisions"], pace["per_minute"], pace["running"]) == (6, 2, False)
    assert pace["minutes_left"] == collect(store)["layers"]["pending"] / 2
    assert health(store) == []


def test_a_clock_that_was_set_back_breaks_nothing() -> None:
    pace = measured([*map(decision, (5, 6, 7, 2, 3, 4, 5, 6))], 1, at(6))
    assert (pace["minutes"], sum(pace["bars"])) == (6, 8)


def test_a_bulk_step_is_no_pace(store: Store) -> None:
    ids = [row[0] for row in store.rows("SELECT id FROM layer WHERE status = 'pending'")]
    before = collect(store)["pace"]["decisions"]
    store.decide(ids, ACCEPTED)
    assert collect(store)["pace"]["decisions"] == before
    store.decide(ids[:1], REJECTED)
    assert collect(store)["pace"]["decisions"] == before + 1
    store.undo()
    assert collect(store)["pace"]["decisions"] == before
