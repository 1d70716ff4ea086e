"""Pictures of near-duplicates: a chain of five, scripts of all widths, a merge, and nothing to settle."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.test_pictures import NARROW, WIDE, Compare, picture
from unpack_core import checks, duplicates
from unpack_core.corpus import Arrival
from unpack_core.intake import take_in
from unpack_core.model import IncomingDocument, IncomingLayer, IncomingParagraph, Origin, Status
from unpack_core.store import Store

FIRST = (
    "(1) “norms” The definition takes for granted that there is one morality to conform to — [one / many]\n"
    "(2) It is assumed that a deed can be measured against a norm at all, and that whoever measures stands outside."
)
FIVE = [
    FIRST,
    FIRST.replace("takes for granted", "assumes"),
    FIRST.replace("one morality to conform to", "a single morality").replace("at all", "in every case"),
    FIRST.replace("deed", "act") + "\n(3) And that the norm does not change while it is applied.",
    FIRST.replace("one morality to conform to", "a single morality").replace("whoever", "the one who").replace(
        "at all", "in every case, whatever that may be"
    ),
]  # fmt: skip
RUSSIAN = "(1) «без чего следствия не было бы» Предполагается, что из условий можно выбрать одно — [одно / много]."
JAPANESE = "(1) “地図は土地ではない” 描いた人が必要とした部分だけを残している — [選択 / 忘却]\n(2) 何が消されたのか。"
LONG = "\n".join(f"({n}) Point {n}: what was said before is said of it again, in étude {n} too." for n in range(1, 31))
PAIRS = [
    (RUSSIAN, RUSSIAN.replace("можно выбрать одно", "выбирают одно")),
    (JAPANESE, JAPANESE.replace("必要とした", "大切だと思った")),
    (LONG, LONG.replace("said of it again", "said once more")),
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = "2026-11-20T09:00:00.000Z"
    texts = [("assumption", text) for text in FIVE] + [("context", text) for pair in PAIRS for text in pair]
    document = IncomingDocument("地図と justice, with a long name.md")
    with Store.open(tmp_path / "x.db", create=True) as store:
        layers = [
            IncomingLayer(kind, text, origin=Origin.GENERATED, model="m-1", created_at=made) for kind, text in texts
        ]
        paragraphs = [IncomingParagraph(f"These are the norms, {n}.", n, layers=(one,)) for n, one in enumerate(layers)]
        take_in(store, [Arrival(document, paragraph) for paragraph in paragraphs], source="t")
        store.decide([2], Status.ACCEPTED)
        store.decide([6], Status.REJECTED)
        duplicates.catch_up(store)
        checks.catch_up(store)
        yield store


both = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])


@both
def test_a_group_of_five(snap_compare: Compare, store: Store, size: tuple[int, int]) -> None:
    picture(snap_compare, store, size, "d", "wait:200", "j", "j")


@both
def test_long_texts(snap_compare: Compare, store: Store, size: tuple[int, int]) -> None:
    picture(snap_compare, store, size, *"nnnnnnnnn", "d", "wait:200", "pagedown")


@both
def test_ideographs(snap_compare: Compare, store: Store, size: tuple[int, int]) -> None:
    picture(snap_compare, store, size, *"nnnnnnn", "d", "wait:200")


@both
def test_one_that_was_rejected(snap_compare: Compare, store: Store, size: tuple[int, int]) -> None:
    picture(snap_compare, store, size, *"nnnnnn", "d", "wait:200")


@both
def test_a_merge(snap_compare: Compare, store: Store, size: tuple[int, int]) -> None:
    picture(snap_compare, store, size, "d", "wait:200", "j", "m", "wait:200", "!")


def test_nothing_to_settle(snap_compare: Compare, store: Store) -> None:
    duplicates.set_threshold(store, 1)
    picture(snap_compare, store, NARROW, "d", "wait:200")
