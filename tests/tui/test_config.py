"""The curator's own keys and theme, and what is said when they cannot work."""

from __future__ import annotations

from pathlib import Path

import pytest

from unpack_core.store import Store
from unpack_tui.app import UnpackApp
from unpack_tui.config import Config, ConfigError, load
from unpack_tui.modes import MODES


def read(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "config.toml"
    path.write_text(text)
    return load(path, MODES, UnpackApp)


def test_no_file_is_no_change(tmp_path: Path) -> None:
    assert load(tmp_path / "none.toml", MODES, UnpackApp) == Config()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[keys]\naccept = "x"', "the key x would mean both"),
        ('[keys]\nacept = "y"', "Did you mean accept?"),
        ('[keys]\naccept = ""', "wants lines such as"),
        ("[keys]\naccept = 5", "wants lines such as"),
        ("keys = 1", "wants lines such as"),
        ('theme = "pink"', "there is no theme “pink”"),
        ("colour = 1", "there is no setting “colour”"),
        ("[keys", "cannot be read"),
    ],
)
def test_what_cannot_work_is_said(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=r"config\.toml") as error:
        read(tmp_path, text)
    assert said in str(error.value)


def test_two_keys_may_change_places(tmp_path: Path) -> None:
    keys = 'accept = "x"\nreject = "a, ?"\nhelp = "f2"\npage-down = "f5"'
    config = read(tmp_path, f'theme = "contrast"\n[keys]\n{keys}')
    assert config == Config("contrast", {"accept": "x", "reject": "a,question_mark", "help": "f2", "page-down": "f5"})


async def test_a_key_of_ones_own_works_and_is_shown(database: Path) -> None:
    with Store.open(database) as store:
        app = UnpackApp(store, Config(keys={"accept": "y", "copy": "f5"}))
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.press("a")
            assert store.layer(1).status == "pending"
            await pilot.press("y")
            assert store.layer(1).status == "accepted"
            await pilot.press("j")
            keys = app.screen.query_one("#keys").render_line(0).text
            assert "y accept" in keys
