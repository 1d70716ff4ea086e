"""A screen that opens is one picture, and what is shown already goes over the line no more."""

from __future__ import annotations

from asyncio import Event
from pathlib import Path

import pytest
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.events import Resize
from textual.geometry import Size
from textual.pilot import Pilot
from textual.screen import Screen

from tests.tui.terminal import Terminal, opened
from tests.tui.test_review_screen import NARROW, WIDE
from unpack_core.store import Store
from unpack_tui.app import UnpackApp


@pytest.fixture
def pictures(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is written for each frame, without a terminal to write it to."""
    written: list[str] = []

    def display(app: App[None], _: Screen[None], renderable: object) -> None:
        if isinstance(renderable, CompositorUpdate):
            written.append(renderable.render_segments(app.console))

    monkeypatch.setattr(App, "_display", display)
    return written


async def at_rest(pilot: Pilot[None]) -> None:
    """Until what was to be painted is, and what that led to, and so on: a screen that opens goes a few such rounds."""
    for _ in range(10):
        painted = Event()
        pilot.app.screen.call_after_refresh(painted.set)
        await painted.wait()
        await pilot.pause()


@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize("key", ["F", "slash", "v", "t", "question_mark", "e", "X"])
async def test_a_screen_opens_in_one_picture(
    key: str, size: tuple[int, int], database: Path, pictures: list[str]
) -> None:
    with Store.open(database) as store:
        app = UnpackApp(store)
        async with app.run_test(size=size) as pilot:
            if key == "X":  # what is rejected is what a filter finds
                app.review.narrow("kind:definition")
            await pilot.pause()
            pictures.clear()
            await pilot.press(key)
            await app.workers.wait_for_complete()
            await at_rest(pilot)
            assert len(pictures) == 1


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_the_program_starts_with_one_picture(size: tuple[int, int], database: Path, pictures: list[str]) -> None:
    with Store.open(database) as store:
        async with UnpackApp(store).run_test(size=size) as pilot:
            await at_rest(pilot)
            assert len(pictures) == 1


async def test_what_a_dialog_needs_is_read_before_one_opens_and_changes_nothing(
    database: Path, pictures: list[str]
) -> None:
    with Store.open(database) as store:
        app = UnpackApp(store)
        async with app.run_test(size=WIDE) as pilot:
            await pilot.pause()
            pictures.clear()
            app.get_ready()
            read = set(app.stylesheet.source)
            await pilot.pause()
            assert pictures == []
            await pilot.press("t")
            assert {path for path, _ in set(app.stylesheet.source) - read if path.endswith(".tcss")} == set()
            assert len(pictures) == 1


@pytest.mark.parametrize("over", ["", "F", "v"])
async def test_a_size_that_the_window_has_no_more_is_passed_over(
    over: str, database: Path, pictures: list[str]
) -> None:
    with Store.open(database) as store:
        app = UnpackApp(store)
        async with app.run_test(size=WIDE) as pilot:
            await pilot.press(*over)
            await app.workers.wait_for_complete()
            await pilot.pause()
            pictures.clear()
            app.screen.post_message(Resize(Size(20, 5), Size(20, 5)))
            await pilot.pause()
            assert app.screen.size == Size(*WIDE)
            assert pictures == []
            await pilot.resize_terminal(*NARROW)
            assert app.screen.size == Size(*NARROW)


async def test_a_key_that_changes_nothing_writes_nothing(database: Path, pictures: list[str]) -> None:
    with Store.open(database) as store:
        app = UnpackApp(store)
        async with app.run_test(size=WIDE) as pilot:
            await pilot.press("g", "g")
            pictures.clear()
            await pilot.press("g")
            await pilot.pause()
            assert pictures == []


def test_the_terminal_is_told_of_no_pointer(database: Path) -> None:
    with opened(database) as terminal:
        terminal.expect("1 of 4")
        terminal.press("?")
        terminal.expect("Leave it open")
        terminal.press("q")
        terminal.quit()
        assert b"\x1b]22;" not in terminal.written


def test_a_field_is_painted_as_its_lines_are_wrapped_when_the_window_gets_narrower(database: Path) -> None:
    with Terminal("review", "--db", database.name, folder=database.parent, size=(91, 20)) as terminal:
        terminal.expect("1 of 4")
        terminal.press("e\r" + " ".join(f"word-{n:04}" for n in range(20)))
        terminal.expect("\n word-0016")
        terminal.resize(82, 20)
        terminal.expect("\n word-0014")
