"""The curator's own keys and theme: `~/.config/unpack-tui/config.toml`.

    theme = "contrast"

    [keys]
    accept = "a,enter"

Keys are named as in the help; what cannot work is said in a sentence before the screen opens.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from textual.app import App
from textual.binding import Binding

from unpack_core import by_hand
from unpack_core.errors import UnpackError
from unpack_tui import themes
from unpack_tui.keys import declared, key_from_name, key_name
from unpack_tui.options import config_folder
from unpack_tui.screens.mode import Mode
from unpack_tui.sendable import why_not


class ConfigError(UnpackError):
    """A configuration that cannot be used as it stands."""


@dataclass(frozen=True, slots=True)
class Config:
    theme: str = ""
    """"" stands for what fits the terminal."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Binding id to comma-separated keys."""


def config_path() -> Path:
    """Where the file is looked for."""
    return config_folder() / "config.toml"


def load(path: Path, modes: Sequence[type[Mode]], app: type[App[Any]]) -> Config:
    """Read the configuration; no file is an empty one. The keys are checked against those of every screen.

    Raises ConfigError with what is wrong and where.
    """
    try:
        said = tomllib.loads(by_hand.read(path))
    except FileNotFoundError:
        return Config()
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.") from error
    for name in said.keys() - {"theme", "keys"}:
        raise ConfigError(f"{path}: there is no setting “{name}”. There are: theme, keys.")
    theme, keys = said.get("theme", ""), said.get("keys", {})
    if theme and theme not in themes.NAMES:
        raise ConfigError(f"{path}: there is no theme “{theme}”. There are: {', '.join(themes.NAMES)}.")
    if not isinstance(keys, dict) or not all(isinstance(value, str) and value.strip(" ,") for value in keys.values()):
        raise ConfigError(f'{path}: [keys] wants lines such as accept = "a,enter".')
    keymap = {name: _spelled(value) for name, value in keys.items()}
    try:
        check(keymap, modes, app)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error
    return Config(theme, keymap)


def check(keymap: Mapping[str, str], modes: Sequence[type[Mode]], app: type[App[Any]]) -> None:
    """Raise ConfigError where a keymap names what is not there, what no terminal sends, or one key for two actions."""
    known = {key.id for node in (*modes, app) for key in declared(node)}
    for name, keys in keymap.items():
        if name not in known:
            from rapidfuzz import process  # only a mistake needs it

            near = process.extractOne(name, sorted(known), score_cutoff=60)
            hint = f" Did you mean {near[0]}?" if near else " The help and the README name them."
            raise ConfigError(f"there is no action “{name}”.{hint}")
        for key in keys.split(","):
            if reason := why_not(key):
                raise ConfigError(f"{name} cannot be {key_name(key)}: {reason}.")
    for mode in modes:
        _check_clashes(keymap, mode, app)


def _check_clashes(keymap: Mapping[str, str], mode: type[Mode], app: type[App[Any]]) -> None:
    typed = _typed(mode)
    taken: dict[str, str] = {}
    for key in (*declared(app, keymap), *declared(mode, keymap)):
        for name in key.names:
            other = taken.setdefault(name, key.id)
            if other != key.id:
                raise ConfigError(f"the key {name} would mean both {other} and {key.id} in {mode.MODE}.")
            if typed is not None and key.id in keymap and (name in typed or _writes(name)):
                raise ConfigError(f"the key {name} is for writing in {mode.MODE}: {key.id} wants one such as ctrl+s.")


def _typed(mode: type[Mode]) -> frozenset[str] | None:
    """The names of the keys that a screen's field needs itself and that the screen has not taken; None without one."""
    if mode.FIELD is None:
        return None
    own = {name for key in declared(mode) for name in key.names}
    return frozenset(key_name(binding.key) for binding in Binding.make_bindings(mode.FIELD.BINDINGS)) - own


def _writes(name: str) -> bool:
    return (len(name) == 1 and name not in "↑↓←→") or name == "space"


def _spelled(keys: str) -> str:
    """Keys as Textual names them, from what the help calls them: `?` is `question_mark`, `pgdn` is `pagedown`."""
    named = ",".join(key_from_name(key.strip()) for key in keys.split(",") if key.strip())
    return ",".join(binding.key for binding in Binding.make_bindings([Binding(named, "none")]))
