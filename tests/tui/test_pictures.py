"""Pictures of the screens, in the two sizes that matter. `pytest --snapshot-update` renews them after a look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from unpack_core.model import IncomingLayer, Origin
from unpack_core.store import Store
from unpack_tui.app import UnpackApp
from unpack_tui.cli import cli
from unpack_tui.config import Config

WIDE, NARROW = (120, 40), (80, 24)
Compare = Callable[..., bool]


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The demo's database, as a newcomer gets it."""
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(cli, ["demo"]).exit_code == 0
    with Store.open("unpack-demo.db") as store:
        yield store


def picture(snap_compare: Compare, store: Store, size: tuple[int, int], *keys: str, theme: str = "night") -> None:
    app = UnpackApp(store, Config(theme=theme))
    assert snap_compare(app, press=[*keys, "wait:50"], terminal_size=size)


def test_the_review_of_the_demo_wide(snap_compare: Compare, demo: Store) -> None:
    picture(snap_compare, demo, WIDE, "a", "a", "j", "f", "k")


def test_the_review_of_the_demo_narrow(snap_compare: Compare, demo: Store) -> None:
    picture(snap_compare, demo, NARROW, "a", "x", "j")


def test_the_review_in_sixteen_colours(snap_compare: Compare, demo: Store) -> None:
    picture(snap_compare, demo, NARROW, "a", "x", "j", theme="ansi-dark")


def test_the_review_in_high_contrast(snap_compare: Compare, demo: Store) -> None:
    picture(snap_compare, demo, WIDE, "x", "j", theme="contrast")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_help(snap_compare: Compare, demo: Store, size: tuple[int, int]) -> None:
    picture(snap_compare, demo, size, "question_mark")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_stats(snap_compare: Compare, demo: Store, size: tuple[int, int]) -> None:
    picture(snap_compare, demo, size, "a", "a", "x", "s")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_editing(snap_compare: Compare, demo: Store, size: tuple[int, int]) -> None:
    picture(snap_compare, demo, size, "e", "!", "?")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_filter(snap_compare: Compare, demo: Store, size: tuple[int, int]) -> None:
    picture(snap_compare, demo, size, "F", *"kind:pa")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_near_duplicates(snap_compare: Compare, demo: Store, size: tuple[int, int]) -> None:
    picture(snap_compare, demo, size, "d", "wait:200", "n", "1")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_versions(snap_compare: Compare, demo: Store, size: tuple[int, int]) -> None:
    made = "2026-11-21T09:00:00.000Z"
    text = "(1) “deeds” Shorter."
    rewritten = IncomingLayer("", text, origin=Origin.REGENERATED, model="m", instruction="Shorter", created_at=made)
    demo.regenerate(1, rewritten)
    picture(snap_compare, demo, size, "v")


def test_a_bulk_step_asks_first(snap_compare: Compare, demo: Store) -> None:
    picture(snap_compare, demo, NARROW, "F", *"kind:paradox", "enter", "A")


def test_the_end_of_the_queue(snap_compare: Compare, demo: Store) -> None:
    from unpack_core.model import Status

    rest = [row[0] for row in demo.rows("SELECT id FROM layer WHERE id > 1")]
    demo.decide(rest, Status.ACCEPTED)
    picture(snap_compare, demo, NARROW, "x")


def test_long_texts_and_many_layers(snap_compare: Compare, tmp_path: Path) -> None:
    from unpack_core.corpus import Arrival
    from unpack_core.intake import take_in
    from unpack_core.model import IncomingDocument, IncomingParagraph

    source = "Слово за слово, 地図は土地ではない, e\u0301tude 👩‍🚀 and so on. " * 600
    items = "\n".join(f"({n}) “土地ではない” Point {n}, пункт {n} — [ответ {n}]" for n in range(1, 201))
    made = "2026-11-20T09:00:00.000Z"
    layers = tuple(IncomingLayer(kind, items, created_at=made) for kind in ("definition", "question", "paradox"))
    with Store.open(tmp_path / "long.db", create=True) as store:
        take_in(store, [Arrival(IncomingDocument("long.md"), IncomingParagraph(source, 0, layers=layers))], source="t")
        picture(snap_compare, store, NARROW, "j", "pagedown", "pagedown")
