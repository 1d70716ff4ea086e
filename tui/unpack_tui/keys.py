"""Keys as people read them, from the one place where each is declared: the bindings of a screen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from textual.binding import Binding
from textual.screen import Screen

_NAMES = {
    "question_mark": "?",
    "slash": "/",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "pagedown": "pgdn",
    "pageup": "pgup",
    "escape": "esc",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}
_FIRST_TAG = "tag-1"


@dataclass(frozen=True, slots=True)
class Key:
    """One action with all the keys that lead to it; `enabled` is False while it is not possible."""

    id: str
    names: tuple[str, ...]
    label: str
    sentence: str
    hint: bool
    """Whether it belongs into the row of keys at the foot of the screen."""
    enabled: bool = True


def in_force(screen: Screen[Any]) -> list[Key]:
    """A running screen's keys, the curator's own keymap applied."""
    own = [active for active in screen.active_bindings.values() if active.node is screen]
    return _by_id((active.binding, active.enabled) for active in own)


def declared(screen: type[Screen[Any]]) -> list[Key]:
    """A screen's keys as they are without a keymap."""
    return _by_id((binding, True) for binding in Binding.make_bindings(screen.BINDINGS))


def _by_id(bindings: Iterable[tuple[Binding, bool]]) -> list[Key]:
    found: dict[str, Key] = {}
    for binding, enabled in bindings:
        if not binding.id:
            continue
        known = found.get(binding.id)
        names = (*(known.names if known else ()), key_name(binding.key))
        found[binding.id] = Key(
            binding.id, names, binding.description.lower(), str(binding.tooltip), binding.show, enabled
        )
    return list(found.values())


def key_name(key: str) -> str:
    """A key as people call it."""
    return _NAMES.get(key, key)


def key_from_name(name: str) -> str:
    """The other way round."""
    return next((key for key, called in _NAMES.items() if called == name), name)


def sheet(keys: Iterable[Key]) -> list[Key]:
    """Keys for a help page: the tags' nine digits are one row."""
    rows = []
    for key in keys:
        if key.id == _FIRST_TAG:
            sentence = "Toggle the n-th tag of the status line."
            rows.append(Key(key.id, (*key.names, "…", "9"), key.label, sentence, hint=False))
        elif not key.id.startswith("tag-"):
            rows.append(key)
    return rows
