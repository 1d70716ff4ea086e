"""Which keys reach a program in a terminal, whatever is between: an old emulator, tmux, mosh, a virtual console.

A terminal sends letters, the control character of a letter, and a handful of named keys. It has no word for ctrl with
shift, and what it sends for ctrl+i is what it sends for tab.
"""

from __future__ import annotations

import re

from textual.keys import KEY_NAME_REPLACEMENTS, key_to_character

_NAMED = frozenset({
    "up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete", "backspace", "tab",
    "shift+tab", "enter", "escape", "space", *(f"f{n}" for n in range(1, 13)),
})  # fmt: skip
_THE_SAME = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+j": "a new line", "ctrl+h": "backspace"}
_CONTROLLED = re.compile("ctrl\\+[a-z]")
_SHIFTED = re.compile("shift\\+[a-z]")


_LONG_NAMES = {short: name for name, short in KEY_NAME_REPLACEMENTS.items()}


def character(key: str) -> str:
    """What a key writes, "" if nothing: `?` for `question_mark`, `/` for `slash`."""
    written = key_to_character(_LONG_NAMES.get(key, key)) or ""
    return written if written.isprintable() else ""


def why_not(key: str) -> str:
    """Why a key, as Textual calls it, would not do; "" where it does."""
    if key in _THE_SAME:
        return f"a terminal sends {key} as {_THE_SAME[key]}"
    if key in _NAMED or _CONTROLLED.fullmatch(key):
        return ""
    if _SHIFTED.fullmatch(key):
        return f"shift with a letter is its capital: {key[-1].upper()}"
    *modifiers, name = key.split("+") if key != "+" else [key]
    if not modifiers and character(key):
        return ""
    if modifiers and (name in _NAMED or character(name)):
        return "not every terminal can send it; ctrl with a letter, a letter or f2 to f12 always come through"
    from rapidfuzz import process  # only a mistake needs it

    near = process.extractOne(key, sorted(_NAMED), score_cutoff=60)
    return "there is no such key" + (f"; did you mean {near[0]}?" if near else "")
