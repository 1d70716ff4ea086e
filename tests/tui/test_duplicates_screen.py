"""Near-duplicates side by side, key by key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import TextArea

from tests.core.test_duplicate_groups import said, sound
from tests.core.test_duplicates import filled, states
from tests.generate.test_screen import until
from tests.tui.test_review_screen import NARROW, WIDE, here, seen
from unpack_core import checks, duplicates
from unpack_core.duplicates import groups
from unpack_core.model import IncomingLayer, Origin, Status
from unpack_core.store import Store
from unpack_tui.app import UnpackApp
from unpack_tui.screens.dialogs import KeepOrDrop
from unpack_tui.screens.duplicates import DuplicatesScreen
from unpack_tui.screens.merge import MergeScreen
from unpack_tui.screens.review import ReviewScreen


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """1, 2, 3 and 4 hang together, 4 not by 1; 5 and 6 are another group."""
    texts = [said(), said(1), said(3, 5), said(3, 5, 9, 12)]
    other = "(1) Quite another sentence, about nothing in particular."
    layers = [("meta", text) for text in texts] + [("context", other), ("context", other + " Or so.")]
    with filled(tmp_path / "x.db", layers) as store:
        duplicates.catch_up(store)
        checks.catch_up(store)
        yield store


async def open_desk(pilot: Pilot[None], *before: str) -> DuplicatesScreen:
    await pilot.press(*before, "d")
    await pilot.pause()
    assert isinstance(pilot.app.screen, DuplicatesScreen)
    return pilot.app.screen


def rejected(store: Store) -> set[int]:
    return {layer_id for (layer_id,) in store.rows("SELECT id FROM layer WHERE status = 'rejected'")}


async def test_keeping_one_rejects_what_is_near_it_and_goes_on(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        screen = await open_desk(pilot)
        assert "group 1 of 2" in seen(pilot, "#header")
        left = screen.desk.left
        assert left
        swept = set(screen.desk.swept())
        stays = {copy.layer_id for copy in groups.group(store, (1, 2, 3, 4)).copies} - swept - {left.layer_id}
        assert stays
        assert seen(pilot, "#copies").count("too far, stays") == len(stays)
        assert f"1 rejects {len(swept)}" in seen(pilot, "#copies")
        await pilot.press("1")
        assert rejected(store) == swept
        count = "One copy is" if len(swept) == 1 else f"{len(swept)} copies are"
        assert f"{count} rejected; u takes it back." in seen(pilot, "#keys")
        await pilot.press("u")
        assert rejected(store) == set()
        assert "group 1 of 2" in seen(pilot, "#header")
        assert (
            store.one("SELECT note FROM step WHERE action = 'settle'")[0] == f"near-duplicate of layer {left.layer_id}"
        )
        assert sound(store)


async def test_the_second_can_be_kept_and_both(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await open_desk(pilot, "n", "n", "n", "n")
        assert "group 2 of 2" in seen(pilot, "#header")
        await pilot.press("2")
        assert rejected(store) == {6}  # the longer was proposed
        assert "group 1 of 2" in seen(pilot, "#header")
        await pilot.press("u", "b")
        assert states(store)[5, 6] == "distinct"
        await pilot.press("B")
        assert duplicates.counts(store)[0] == 0
        assert "All near-duplicates are settled." in seen(pilot, "#text-0")
        await pilot.press("1", "2", "b", "B", "m", "j", "k", "n", "p", "enter")  # nothing to do, and nothing breaks
        await pilot.press("u", "u")
        assert set(states(store).values()) == {"open"}
        assert "group" in seen(pilot, "#header")


async def test_d_on_a_layer_shows_its_own_group_with_it_in_view(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        screen = await open_desk(pilot, "n", "n")
        assert here(app)[0] == 3
        assert screen.desk.right
        assert 3 in (screen.desk.right.layer_id, screen.desk.left.layer_id if screen.desk.left else 0)
        await pilot.press("j")
        shown = screen.desk.right
        await pilot.press("enter")
        assert isinstance(app.screen, ReviewScreen)
        assert app.review.layer
        assert app.review.layer.id == shown.layer_id


async def test_copies_and_groups_are_walked_through(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=NARROW) as pilot:
        screen = await open_desk(pilot)
        seen_beside = set()
        for _ in range(3):
            assert screen.desk.right
            seen_beside.add(screen.desk.right.layer_id)
            await pilot.press("j")
        assert len(seen_beside) == 3
        assert "group 2 of 2" in seen(pilot, "#header")
        await pilot.press("j")
        assert "This is the end." in seen(pilot, "#keys")
        await pilot.press("k")
        assert "group 1 of 2" in seen(pilot, "#header")
        assert screen.desk.beside == 2
        await pilot.press("p")
        assert "This is the beginning." in seen(pilot, "#keys")


async def test_what_differs_is_lit_and_what_is_shared_is_muted(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        screen = await open_desk(pilot, "n", "n", "n", "n")
        segments = [one for y in range(4) for one in app.screen.query_one("#text-0").render_line(y) if one.text.strip()]
        lit = "".join(one.text for one in segments if one.style and one.style.underline)
        assert lit.split() == ["Or", "so."]
        assert "≈ 0.9" in seen(pilot, "#about-1")
        assert "to keep: longer (" in seen(pilot, "#about-0")
        assert "pending · imported" in seen(pilot, "#about-0")
        for side in (0, 1):  # what each copy is about
            copy = (screen.desk.left, screen.desk.right)[side]
            assert copy
            source = store.paragraph(store.layer(copy.layer_id).paragraph_id).text
            assert source[:30] in " ".join(seen(pilot, f"#about-{side}").split())


async def test_merging_makes_a_new_version_and_one_step(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await open_desk(pilot, "n", "n", "n", "n")
        before = store.layer(6).head
        await pilot.press("m")
        await pilot.pause()
        assert isinstance(app.screen, MergeScreen)
        assert "it will be rejected" in seen(pilot, "#about")
        await pilot.press("!", "ctrl+t", "ctrl+s")
        head = store.layer(6).head
        assert head.text == before.text + "!" + store.layer(5).head.text
        assert (head.origin, head.parent_id, store.layer(6).status) == (Origin.EDITED, before.id, Status.PENDING)
        assert rejected(store) == {5}
        assert "Merged" in seen(pilot, "#keys")
        await pilot.press("u")
        assert store.layer(6).head.id == before.id
        assert rejected(store) == set()
        assert sound(store)


async def test_what_is_rejected_here_is_decided_now(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:

        async def decided(*keys: str) -> str:
            await pilot.press(*keys)
            await pilot.pause()
            return seen(pilot, "#status").split(" decided now")[0].split()[-1]

        await open_desk(pilot, "n", "n", "n", "n")
        assert await decided("2", "escape") == "1"
        assert await decided("d", "u", "m", "!", "ctrl+s", "escape") == "1"
        assert await decided("u") == "0"
        assert rejected(store) == set()


async def test_a_half_typed_merge_is_kept_and_can_be_thrown_away(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=NARROW) as pilot:
        await open_desk(pilot, "n", "n", "n", "n")
        await pilot.press("m", "?")
    app = UnpackApp(store)
    async with app.run_test(size=NARROW) as pilot:  # the line was dropped
        await open_desk(pilot, "n", "n", "n", "n")
        await pilot.press("m")
        await pilot.pause()
        assert app.screen.query_one(TextArea).text.endswith("?")
        assert "half-typed" in seen(pilot, "#status")
        await pilot.press("escape")
        assert isinstance(app.screen, KeepOrDrop)
        await pilot.press("n")
        assert isinstance(app.screen, DuplicatesScreen)
        assert store.draft(6) is None
        assert store.layer(6).versions == 1


async def test_a_copy_that_changed_in_another_window_is_not_overrun(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        screen = await open_desk(pilot)
        assert screen.desk.left
        with Store.open(store.path) as elsewhere:
            elsewhere.edit(screen.desk.left.layer_id, said() + " and more of it")
        await pilot.press("1")
        assert rejected(store) == set()
        assert "changed in another window" in seen(pilot, "#keys")


async def test_a_text_like_one_that_was_rejected_and_replaced_is_shown_beside_it(tmp_path: Path) -> None:
    with filled(tmp_path / "r.db", [("meta", said()), ("meta", "(1) Something else altogether.")]) as store:
        store.decide([1], Status.REJECTED)
        store.edit(1, "(1) A better thought, in other words than those.")
        store.regenerate(2, IncomingLayer("", said(1), origin=Origin.REGENERATED, model="m"))
        app = UnpackApp(store)
        async with app.run_test(size=WIDE) as pilot:
            duplicates.catch_up(store)
            await pilot.press("n")
            assert "resembles one that was rejected" in " ".join(seen(pilot, "#text").split())
            await open_desk(pilot)
            assert "rejected before" in seen(pilot, "#about-1")
            assert said().split()[3] in seen(pilot, "#text-1")
            await pilot.press("2")
            assert "for comparison alone" in seen(pilot, "#keys")
            assert rejected(store) == set()


async def test_without_any_it_says_so(tmp_path: Path) -> None:
    with filled(tmp_path / "e.db", [("meta", "one"), ("meta", "quite another")]) as store:
        app = UnpackApp(store)
        async with app.run_test(size=NARROW) as pilot:
            await open_desk(pilot)
            assert "No two layers of one kind nearly say the same." in seen(pilot, "#text-0")
            await pilot.press("escape")
            assert isinstance(app.screen, ReviewScreen)


async def test_a_text_that_comes_is_compared_behind_the_keys(tmp_path: Path) -> None:
    layers = [("meta", said()), ("meta", "(1) Something else altogether."), ("meta", "(1) A third thing.")]
    with filled(tmp_path / "b.db", layers) as store:
        app = UnpackApp(store)
        async with app.run_test(size=WIDE) as pilot:
            await until(pilot, lambda: duplicates.to_compare(store) == 0)
            await pilot.press("n", "e", "ctrl+u", *said(1).replace("(1) ", ""), "ctrl+s")
            await until(pilot, lambda: "≈ 0.9" in seen(pilot, "#text"))
            assert [(pair.a, pair.b) for pair in duplicates.pairs(store)] == [(1, 2)]
            with Store.open(store.path) as elsewhere:
                elsewhere.edit(3, said(2))
            await until(pilot, lambda: len(list(duplicates.pairs(store))) == 3)
