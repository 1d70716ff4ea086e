"""The short form of tests/bench/bench_long_use.py: random keys over all screens leave a sound file."""

from __future__ import annotations

import gc
from pathlib import Path
from random import Random

import pytest
from textual import _wait
from textual._styles_cache import StylesCache

from tests.tui.wandering import PACE_SECONDS, wander
from unpack_core.doctor import examine
from unpack_core.store import Store
from unpack_tui.app import UnpackApp
from unpack_tui.screens.edit import EditScreen
from unpack_tui.screens.filter import FilterScreen, SearchScreen
from unpack_tui.screens.review import ReviewScreen
from unpack_tui.screens.stats import StatsScreen
from unpack_tui.widgets.writing import Writing


@pytest.mark.timeout(1200)  # hundreds of keys take their time where many work on one machine
async def test_random_keys_leave_a_sound_file(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_wait, "SLEEP_GRANULARITY", PACE_SECONDS)
    with Store.open(database) as store:
        app = UnpackApp(store)
        async with app.run_test(size=(120, 40)) as pilot:
            screens = await wander(pilot, 400, Random(1))
            assert app.is_running
        assert len(screens) >= 6, screens
        assert store.last("step") > 10
        assert [sentence for check in examine(store) for sentence in check.broken] == []


@pytest.mark.parametrize(
    ("kind", "opens"), [(StatsScreen, "s"), (FilterScreen, "F kind:meta"), (SearchScreen, "/ the"), (EditScreen, "e x")]
)
async def test_a_screen_is_forgotten_when_it_is_left(kind: type, opens: str, database: Path) -> None:
    with Store.open(database) as store:
        app = UnpackApp(store)
        async with app.run_test(size=(120, 40)) as pilot:
            key, _, typed = opens.partition(" ")
            await pilot.press(key, *typed)
            assert isinstance(app.screen, kind)
            await app.workers.wait_for_complete()
            await pilot.press("escape", *"n" * (kind is EditScreen))
            assert isinstance(app.screen, ReviewScreen)
            gc.collect()
            assert not any(isinstance(one, kind) for one in gc.get_objects())


async def leaves_no_more(database: Path, kind: type, *keys: str) -> None:
    """Keys that open a screen and leave it, pressed again and again, leave no more objects of a kind than once."""

    def there() -> int:
        gc.collect()
        return sum(isinstance(one, kind) for one in gc.get_objects())

    with Store.open(database) as store:
        async with UnpackApp(store).run_test(size=(120, 40)) as pilot:
            await pilot.press(*keys)
            before = there()
            await pilot.press(*keys * 3)
            assert there() <= before


async def test_what_a_screen_painted_is_forgotten_when_it_is_left(database: Path) -> None:
    await leaves_no_more(database, StylesCache, "v", "escape")


async def test_a_field_is_forgotten_when_it_is_left(database: Path) -> None:
    await leaves_no_more(database, Writing, "e", "y", "ctrl+s")
