"""The curator's own keys and theme: `~/.config/unpack-tui/config.toml`.

    theme = "contrast"

    [keys]
    accept = "a,enter"

Keys are named as in the help; what cannot work is said in a sentence before the screen opens.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rapidfuzz import process
from textual.binding import Binding, BindingType

from unpack_core.errors import UnpackError
from unpack_tui import themes
from unpack_tui.keys import key_from_name
from unpack_tui.options import config_folder


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


def load(path: Path, screens: Iterable[Iterable[BindingType]]) -> Config:
    """Read the configuration; no file is an empty one. `screens` holds the bindings of each screen.

    Raises ConfigError with what is wrong and where.
    """
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Config()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.") from error
    for name in said.keys() - {"theme", "keys"}:
        raise ConfigError(f"{path}: there is no setting “{name}”. There are: theme, keys.")
    theme, keys = said.get("theme", ""), said.get("keys", {})
    if theme and theme not in themes.NAMES:
        raise ConfigError(f"{path}: there is no theme “{theme}”. There are: {', '.join(themes.NAMES)}.")
    if not isinstance(keys, dict) or not all(isinstance(value, str) and value.strip(" ,") for value in keys.values()):
        raise ConfigError(f'{path}: [keys] wants lines such as accept = "a,enter".')
    _check_keys(path, keys, [list(Binding.make_bindings(bindings)) for bindings in screens])
    return Config(theme, {name: _spelled(value) for name, value in keys.items()})


def _check_keys(path: Path, keys: Mapping[str, str], screens: list[list[Binding]]) -> None:
    known = {binding.id: binding for bindings in screens for binding in bindings if binding.id}
    for name in keys:
        if name not in known:
            near = process.extractOne(name, known.keys(), score_cutoff=60)
            hint = f" Did you mean {near[0]}?" if near else " The help (?) and the README name them."
            raise ConfigError(f"{path}: there is no action “{name}”.{hint}")
    for bindings in screens:
        taken: dict[str, str] = {}
        for binding in bindings:
            if not binding.id:
                continue
            for key in _spelled(keys.get(binding.id, binding.key)).split(","):
                other = taken.setdefault(key, binding.id)
                if other != binding.id:
                    raise ConfigError(f"{path}: the key {key} would mean both {other} and {binding.id}.")


def _spelled(keys: str) -> str:
    """Keys as Textual names them, from what the help calls them: `?` is `question_mark`, `pgdn` is `pagedown`."""
    named = ",".join(key_from_name(key.strip()) for key in keys.split(",") if key.strip())
    return ",".join(binding.key for binding in Binding.make_bindings([Binding(named, "none")]))
