"""Keys as people read them, from the one place where each is declared: the bindings of a screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Protocol, runtime_checkable

from textual.actions import parse
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from unpack_tui.sendable import character, why_not

_NAMES = {
    "pagedown": "pgdn",
    "pageup": "pgup",
    "escape": "esc",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "space": "space",
}

NO_KEY = "none"
"""What an action is bound to that has no key of its own: no terminal sends it. A keymap may give it one."""

HELP = Binding("question_mark,f1", "app.help", "Help", tooltip="These keys.", id="help")
HELP_WRITING = Binding("ctrl+g,f1", "app.help", "Help", tooltip="These keys.", id="help-writing")
"""Where a field has the focus, `?` is a letter. Some terminals keep F1 for themselves; ctrl+g is what nano has."""


@runtime_checkable
class Reasons(Protocol):
    """What a screen says of its actions."""

    def why_not(self, action: str, parameters: tuple[Any, ...]) -> str: ...
    def note(self, action: str, parameters: tuple[Any, ...]) -> str: ...


@dataclass(frozen=True, slots=True)
class Key:
    """One action with all the keys that lead to it."""

    id: str
    names: tuple[str, ...]
    label: str
    sentence: str
    action: str
    hint: bool
    """Whether it belongs into the row of keys at the foot of the screen."""
    group: str = ""
    """The heading that it stands under in the help."""
    why_not: str = ""
    """Why it can do nothing now, "" where it can."""
    note: str = ""
    """What it will do now, where that is not what one might think."""


def declared(screen: type, keymap: Mapping[str, str] | None = None) -> list[Key]:
    """The keys of a screen, or of the whole application, with a keymap of the curator's own applied."""
    found: dict[str, Key] = {}
    for node in screen.__mro__:
        for binding in Binding.make_bindings(vars(node).get("BINDINGS", ())):
            if not binding.id:
                continue
            keys = (keymap or {}).get(binding.id)
            bound = keys.split(",") if keys else [binding.key]
            names = [key_name(key) for key in bound if key != NO_KEY]
            known = found.get(binding.id)
            found[binding.id] = Key(
                binding.id,
                tuple(dict.fromkeys((*(known.names if known else ()), *names))),
                binding.description.lower(),
                str(binding.tooltip),
                binding.action,
                binding.show,
                binding.group.description if binding.group else "",
            )
    return list(found.values())


def in_force(screen: Screen[Any], *, hinted: bool = False) -> list[Key]:
    """A running screen's keys as they are now, or only those that are hinted at; a reason where one can do nothing."""
    keys = declared(type(screen), keymap_of(screen))
    return [as_it_is(key, screen) for key in keys if key.hint or not hinted]


def of_the_field(screen: type, ours: Iterable[Key]) -> list[Key]:
    """What the field of a screen does with keys that are not ours, where every terminal sends them."""
    field, taken = getattr(screen, "FIELD", None), {name for key in ours for name in key.names}
    found: dict[str, Key] = {}
    for binding in Binding.make_bindings(field.BINDINGS if field else ()):
        name = key_name(binding.key)
        if binding.key.startswith(("ctrl+", "f")) and not why_not(binding.key) and name not in taken:
            known = found.get(binding.action)
            names = (*(known.names if known else ()), name)
            found[binding.action] = Key("", names, "", f"{binding.description}.", "", hint=False, group="In the text")
    return list(found.values())


def keymap_of(screen: Screen[Any]) -> Mapping[str, str]:
    """The curator's own keymap: binding ids to keys, as Textual calls them."""
    keymap: Mapping[str, str] = getattr(screen.app, "keymap", {})
    return keymap


def as_it_is(key: Key, screen: DOMNode) -> Key:
    """A key with what its screen says of it now."""
    if not isinstance(screen, Reasons):
        return key
    _, name, parameters = parse(key.action)
    return replace(key, why_not=screen.why_not(name, parameters), note=screen.note(name, parameters))


def key_name(key: str) -> str:
    """A key as people call it."""
    return _NAMES.get(key) or character(key) or key


def key_from_name(name: str) -> str:
    """The other way round."""
    return next((key for key, called in _NAMES.items() if called == name), name)


def sheet(keys: Iterable[Key]) -> list[Key]:
    """Keys for a help page: those that do the same are one row, and the palette leads to what has no key."""
    keys = list(keys)
    palette = next((key.names[:1] for key in keys if key.id == "palette"), ())
    rows = []
    for _, same in groupby(keys, lambda key: (key.group, key.sentence, bool(key.names))):
        first, *others = same
        names = (*first.names, "…", *others[-1].names) if others else first.names
        rows.append(replace(first, names=names if first.names else (*palette, "…")))
    return rows
