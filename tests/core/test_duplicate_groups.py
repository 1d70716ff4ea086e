"""Groups of near-duplicates: which copy is proposed, who is swept along, and what settling does to the log."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.test_duplicates import filled, states
from unpack_core import checks, duplicates
from unpack_core.doctor import examine
from unpack_core.duplicates import groups
from unpack_core.duplicates.groups import open_groups, score_between, scores_to
from unpack_core.errors import StaleError
from unpack_core.model import IncomingLayer, Origin, Status
from unpack_core.store import Store

SENTENCE = "the map that is drawn to the scale of the land covers all of the land and shows nothing of it"


def said(*changed: int) -> str:
    """The same sentence with some of its words replaced: each takes away some three hundredths of the likeness."""
    return "(1) " + " ".join("xyzzy" if n in changed else word for n, word in enumerate(SENTENCE.split()))


@pytest.fixture
def chain(tmp_path: Path) -> Store:
    """1 is like 2 and 3, 3 is like 4 too, and 4 is not like 1."""
    texts = [said(), said(1), said(3, 5), said(3, 5, 9, 12)]
    store = filled(tmp_path / "x.db", [("meta", text) for text in texts])
    duplicates.catch_up(store)
    return store


def sound(store: Store) -> bool:
    return not [sentence for check in examine(store) for sentence in check.broken]


def test_a_chain_is_one_group_and_its_end_is_not_swept_along(chain: Store) -> None:
    (outline,) = open_groups(chain)
    assert (outline.layer_ids, outline.pending) == ((1, 2, 3, 4), 4)
    group = groups.group(chain, outline.layer_ids)
    near = scores_to(chain, group.proposed)
    swept = [copy.layer_id for copy in group.copies[1:] if copy.layer_id in near]
    stays = [copy for copy in group.copies[1:] if copy.layer_id not in near]
    assert stays
    assert all(score_between(chain, group.proposed, copy).value < 0.85 for copy in stays)
    duplicates.keep(chain, group.proposed.layer_id, swept)
    assert {n for n in range(1, 5) if chain.layer(n).status == Status.REJECTED} == set(swept)
    assert all(chain.layer(copy.layer_id).status == Status.PENDING for copy in stays)
    assert sound(chain)


def test_copies_stand_in_the_order_of_their_likeness_to_the_proposed_one(chain: Store) -> None:
    chain.decide([3], Status.ACCEPTED)
    group = groups.group(chain, (1, 2, 3, 4))
    assert group.proposed.layer_id == 3
    assert group.reason == "accepted"
    scores = [scores_to(chain, group.proposed).get(copy.layer_id) for copy in group.copies[1:]]
    values = [score.value if score else 0 for score in scores]
    assert values == sorted(values, reverse=True)


def test_the_better_copy_is_proposed_with_what_tells_it_apart(tmp_path: Path) -> None:
    with filled(tmp_path / "x.db", [("meta", said()), ("meta", said()), ("meta", said() + " at")]) as store:
        duplicates.catch_up(store)

        def proposed(*layer_ids: int) -> tuple[int, str]:
            group = groups.group(store, layer_ids)
            return group.proposed.layer_id, group.reason

        assert proposed(1, 2) == (1, "the first of equals")
        assert proposed(1, 3)[0] == 3
        assert proposed(1, 3)[1].startswith("longer (")
        store.edit(3, said() + " **bold** at")
        store.regenerate(3, IncomingLayer("", said() + " **bold** at", origin=Origin.REGENERATED, model="m"))
        checks.catch_up(store)
        fewer = proposed(1, 3)
        assert fewer[0] == 1
        assert fewer[1].startswith("fewer findings (")
        store.edit(2, said() + "!")
        assert proposed(1, 2, 3) == (2, "edited by hand")
        store.decide([1], Status.ACCEPTED)
        assert proposed(1, 2, 3) == (1, "accepted")
        store.decide([1, 2], Status.REJECTED)
        assert proposed(1, 2, 3) == (3, "not rejected")


def test_the_group_that_saves_most_work_comes_first(tmp_path: Path) -> None:
    three = [said(), said(1), said(2)]
    other = "(1) " + "quite another sentence about nothing in particular " * 3
    with filled(tmp_path / "x.db", [("meta", other), ("meta", other)] + [("meta", text) for text in three]) as store:
        duplicates.catch_up(store)
        assert [outline.layer_ids for outline in open_groups(store)] == [(3, 4, 5), (1, 2)]
        store.decide([3, 4], Status.ACCEPTED)
        assert [outline.layer_ids for outline in open_groups(store)] == [(1, 2), (3, 4, 5)]


def test_what_was_settled_stays_settled_when_a_text_comes(chain: Store) -> None:
    duplicates.keep(chain, 1, [2])
    duplicates.keep_both(chain, 1, 3)
    before = states(chain)
    chain.add_layers([(1, 0, IncomingLayer("meta", said(2)))], chain.add_batch("t"))
    duplicates.catch_up(chain)
    after = states(chain)
    assert {pair: after[pair] for pair in before} == before
    assert after[1, 5] == "open"


def test_who_takes_a_rejected_copy_up_again_has_two_copies_again(chain: Store) -> None:
    duplicates.keep(chain, 1, [2])
    assert states(chain)[1, 2] == "kept"
    chain.decide([2], Status.ACCEPTED)
    assert states(chain)[1, 2] == "open"
    chain.undo()
    assert states(chain)[1, 2] == "kept"


def test_a_pair_that_was_decided_without_a_word_about_it_is_not_asked_about(tmp_path: Path) -> None:
    with filled(tmp_path / "x.db", [("meta", said()), ("meta", said(1))]) as store:
        duplicates.catch_up(store)
        store.decide([2], Status.REJECTED)
        assert len(open_groups(store)) == 1  # the one that is pending resembles a rejected one
        store.decide([1], Status.ACCEPTED)
        assert open_groups(store) == []
        store.decide([2], Status.ACCEPTED)
        assert len(open_groups(store)) == 1


def test_a_merge_is_a_new_version_of_the_kept_copy_in_one_step(chain: Store) -> None:
    old = chain.layer(1).head
    merged = said() + " and something of both"
    step = duplicates.merge(chain, 1, 2, merged, seen={1: old.id, 2: chain.layer(2).head.id})
    assert step
    head = chain.layer(1).head
    assert (head.text, head.parent_id, head.origin) == (merged, old.id, Origin.EDITED)
    assert chain.layer(2).status == Status.REJECTED
    duplicates.catch_up(chain)
    assert states(chain)[1, 2] == "merged"
    assert sound(chain)
    chain.undo()
    assert (chain.layer(1).head.id, chain.layer(2).status) == (old.id, Status.PENDING)
    assert states(chain)[1, 2] == "open"
    chain.redo()
    assert (chain.layer(1).head.text, states(chain)[1, 2]) == (merged, "merged")
    assert sound(chain)


def test_an_accepted_copy_stays_accepted_when_another_is_merged_into_it(chain: Store) -> None:
    chain.decide([1], Status.ACCEPTED)
    duplicates.merge(chain, 1, 2, said() + " and more")
    assert chain.layer(1).status == Status.ACCEPTED


def test_keeping_a_rejected_copy_opens_it_again(chain: Store) -> None:
    chain.decide([1], Status.REJECTED)
    duplicates.keep(chain, 1, [2])
    assert (chain.layer(1).status, chain.layer(2).status) == (Status.PENDING, Status.REJECTED)
    chain.undo()
    assert (chain.layer(1).status, chain.layer(2).status) == (Status.REJECTED, Status.PENDING)
    assert sound(chain)


def test_all_of_a_group_can_be_distinct(chain: Store) -> None:
    open_pairs = [pair for pair, state in states(chain).items() if state == "open"]
    duplicates.keep_all(chain, open_pairs)
    assert open_groups(chain) == []
    assert set(states(chain).values()) == {"distinct"}
    chain.undo()
    assert set(states(chain).values()) == {"open"}
    assert sound(chain)


def test_a_copy_that_changed_meanwhile_is_not_settled(chain: Store) -> None:
    seen = {n: chain.layer(n).head.id for n in (1, 2)}
    chain.edit(2, said(1) + "?")
    with pytest.raises(StaleError):
        duplicates.keep(chain, 1, [2], seen=seen)
    with pytest.raises(StaleError):
        duplicates.merge(chain, 1, 2, "both", seen=seen)
    assert chain.layer(2).status == Status.PENDING
    assert chain.layer(1).versions == 1


def test_a_rejected_text_that_was_replaced_is_known_when_its_like_comes(tmp_path: Path) -> None:
    with filled(tmp_path / "x.db", [("meta", said()), ("meta", "(1) Something else altogether.")]) as store:
        store.decide([1], Status.REJECTED)
        rejected = store.layer(1).head.id
        store.edit(1, "(1) A better thought, in other words than those.")
        store.regenerate(2, IncomingLayer("", said(1), origin=Origin.REGENERATED, model="m"))
        duplicates.catch_up(store)
        assert duplicates.resembles(store, 2) == []
        (found,) = duplicates.resembled_rejects(store, 2)
        assert (found.layer_id, found.version_id) == (1, rejected)
        assert found.score >= 0.85
        while store.layer(1).head.id != rejected:
            store.undo()
        store.decide([1], Status.PENDING)
        store.edit(1, "(1) Another better thought.")
        assert duplicates.resembled_rejects(store, 2) == []  # its rejection was taken back before it was replaced


def test_a_model_that_brings_back_what_was_rejected_is_caught_on_the_same_layer(tmp_path: Path) -> None:
    with filled(tmp_path / "x.db", [("meta", said())]) as store:
        store.decide([1], Status.REJECTED)
        store.edit(1, said(1))
        assert duplicates.resembled_rejects(store, 1) == []  # mended by hand
        store.regenerate(1, IncomingLayer("", said(2), origin=Origin.REGENERATED, model="m"))
        assert [one.layer_id for one in duplicates.resembled_rejects(store, 1)] == [1]
