"""Pictures of the screens, in the two sizes that matter. `pytest --snapshot-update` renews them after a look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner
from textual.command import CommandList
from textual.pilot import Pilot

from tests.log_helpers import decided_at
from unpack_core import duplicates, recheck
from unpack_core.filter import compiled
from unpack_core.model import IncomingLayer, Origin, Status
from unpack_core.store import Store
from unpack_tui.app import UnpackApp
from unpack_tui.cli import cli
from unpack_tui.config import Config
from unpack_tui.options import DEFAULT_DATABASE
from unpack_tui.screens import opening

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
    work(demo)
    counted(snap_compare, demo, size)


def test_the_stats_in_sixteen_colours(snap_compare: Compare, demo: Store) -> None:
    work(demo)
    counted(snap_compare, demo, NARROW, "space", theme="ansi-dark")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_asked_again(snap_compare: Compare, demo: Store, size: tuple[int, int]) -> None:
    work(demo)
    app = UnpackApp(demo, Config(theme="night"), ask_again=True)
    assert snap_compare(app, press=["wait:50"], terminal_size=size)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_end_of_what_was_asked_again(snap_compare: Compare, demo: Store, size: tuple[int, int]) -> None:
    work(demo)
    app = UnpackApp(demo, Config(theme="night"), ask_again=True)
    assert snap_compare(app, press=["a", "a", "a", "wait:50"], terminal_size=size)


def work(store: Store) -> None:
    """Some forty decisions of one morning, with pauses; some were asked again, and three are still to ask."""
    duplicates.catch_up(store)  # at once, however busy the machine
    lots = Random(7)
    minute = 0.0
    for layer_id in range(1, 100, 2):
        minute += lots.choice((0.2, 0.3, 0.4, 0.6, 2.5))
        at = datetime(2026, 11, 20, 9, tzinfo=UTC) + timedelta(minutes=minute)
        status = Status.ACCEPTED if lots.random() < 0.7 else Status.REJECTED
        decided_at(store, layer_id, status, at.isoformat(timespec="milliseconds"))
    recheck.draw(store, 1, compiled(store, ""))
    while recheck.progress(store).open > 3 and (question := recheck.next_question(store)):
        decided = store.layer(question.layer.id).status
        other = Status.ACCEPTED if decided == Status.REJECTED else Status.REJECTED
        recheck.answer(store, question, other if lots.random() < 0.15 else decided)


def counted(snap_compare: Compare, store: Store, size: tuple[int, int], *keys: str, theme: str = "night") -> None:
    async def count(pilot: Pilot[None]) -> None:
        await pilot.press("s")
        await pilot.app.workers.wait_for_complete()
        await pilot.press(*keys)
        await pilot.pause()

    assert snap_compare(UnpackApp(store, Config(theme=theme)), run_before=count, terminal_size=size)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_editing(snap_compare: Compare, demo: Store, size: tuple[int, int]) -> None:
    picture(snap_compare, demo, size, "e", "!", "?")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_editing_with_words_that_are_not_in_the_source(
    snap_compare: Compare, demo: Store, size: tuple[int, int]
) -> None:
    picture(snap_compare, demo, size, "e", "enter", *'(9) "the law of the sea" Whose? -- [nobody]', "enter")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_filter(snap_compare: Compare, demo: Store, size: tuple[int, int]) -> None:
    picture(snap_compare, demo, size, "F", *"kind:pa")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_what_could_come_next_in_a_filter(snap_compare: Compare, demo: Store, size: tuple[int, int]) -> None:
    picture(snap_compare, demo, size, "F", *"finding:")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_palette(snap_compare: Compare, demo: Store, size: tuple[int, int]) -> None:
    async def find(pilot: Pilot[None]) -> None:
        await pilot.press("ctrl+p", *"order")
        while (
            any(worker.is_running for worker in pilot.app.workers)
            or not pilot.app.screen.query_one(CommandList).option_count
        ):
            await pilot.pause()

    assert snap_compare(UnpackApp(demo, Config(theme="night")), run_before=find, terminal_size=size)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_an_instruction(
    snap_compare: Compare, demo: Store, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "not-a-key")
    picture(snap_compare, demo, size, "R", *"Shorter")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_changed_text_is_asked_about(snap_compare: Compare, demo: Store, size: tuple[int, int]) -> None:
    picture(snap_compare, demo, size, "e", "!", "escape")


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


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_candidates(snap_compare: Compare, demo: Store, size: tuple[int, int]) -> None:
    made = "2026-11-21T09:00:00.000Z"
    texts = "(1) “deeds” What was done.", "(1) “deeds” Whose?\n(2) Is a promise a deed?", "Shorter."
    offered = [
        demo.offer(1, IncomingLayer("", text, origin=Origin.REGENERATED, model="m", created_at=made)) for text in texts
    ]
    app = UnpackApp(demo, Config(theme="night"))

    async def lay(pilot: Pilot[None]) -> None:
        await app.push_screen(opening.candidates(app.review, demo.layer(1), [demo.version(n) for n in offered]))
        await pilot.pause()

    assert snap_compare(app, run_before=lay, terminal_size=size)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_tags_for_all_in_a_filter(snap_compare: Compare, demo: Store, size: tuple[int, int]) -> None:
    app = UnpackApp(demo, Config(theme="night", keys={"retag-all": "T"}))
    keys = ["F", *"kind:paradox", "enter", "T", *"weak", "wait:50"]
    assert snap_compare(app, press=keys, terminal_size=size)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_bulk_step_asks_first(snap_compare: Compare, demo: Store, size: tuple[int, int]) -> None:
    picture(snap_compare, demo, size, "F", *"kind:paradox", "enter", "A")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_end_of_the_queue(snap_compare: Compare, demo: Store, size: tuple[int, int]) -> None:
    rest = [row[0] for row in demo.rows("SELECT id FROM layer WHERE id > 1")]
    demo.decide(rest, Status.ACCEPTED)
    picture(snap_compare, demo, size, "x")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_tags(snap_compare: Compare, demo: Store, size: tuple[int, int]) -> None:
    demo.retag([2, 3], ["weak", "keep", "ясно"])
    picture(snap_compare, demo, size, "t", *"we")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_search(snap_compare: Compare, demo: Store, size: tuple[int, int]) -> None:
    async def ask(pilot: Pilot[None]) -> None:
        await pilot.press("slash", *"norm")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()

    assert snap_compare(UnpackApp(demo, Config(theme="night")), run_before=ask, terminal_size=size)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_what_a_search_found(snap_compare: Compare, demo: Store, size: tuple[int, int]) -> None:
    picture(snap_compare, demo, size, "slash", *"norm", "enter")


@pytest.mark.parametrize("size", [WIDE, NARROW, (40, 10)], ids=["wide", "narrow", "tiny"])
def test_an_empty_database(
    snap_compare: Compare, tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with Store.open(Path(DEFAULT_DATABASE), create=True) as store:
        picture(snap_compare, store, size)


def test_the_review_by_day(snap_compare: Compare, demo: Store) -> None:
    picture(snap_compare, demo, WIDE, "a", "x", "j", theme="day")


def test_a_window_of_a_few_rows(snap_compare: Compare, demo: Store) -> None:
    picture(snap_compare, demo, (40, 10), "F", *"kind:p")


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
