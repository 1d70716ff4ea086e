"""Random keys over all screens: whatever is in force where one is, and letters where something is typed."""

from __future__ import annotations

from collections import Counter
from random import Random

from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from unpack_tui.screens.review import ReviewScreen

PACE_SECONDS = 0.002
"""So long a pilot may look whether a key is done with: what is random need not be seen through to its last repaint."""
LETTERS = ["a", "e", "т", "漢", "space", "colon", "left_parenthesis", "minus", "quotation_mark", "1", "backspace"]
WORDS = ["kind:meta", "-flagged:yes", "the", "tag:later", "later good", "status:pending"]
ENDS = ["enter", "enter", "escape", "ctrl+s", "tab"]
DECIDES = ["a", "a", "x", "x", "u", "U", "space", "e"]
NEVER = {"ctrl+q", "ctrl+c", "ctrl+z", "super+c"}
QUITS = {"quit", "quit-done"}
RARE = {"regenerate", "instruct", "candidates", "edit-elsewhere"}
"""Each starts a process."""


def next_keys(pilot: Pilot[None], chance: Random, *, ask: float) -> list[str]:
    """One key, or a word where something is typed; with the probability `ask` also those that ask a model."""
    app = pilot.app
    if isinstance(app.screen, CommandPalette):  # it would do what has no key, and leave
        return [chance.choice([*LETTERS, "escape"])]
    if isinstance(app.focused, (Input, TextArea)):
        kind = chance.random()
        if kind < 0.4:
            return [chance.choice(ENDS)]
        return [chance.choice(LETTERS)] if kind < 0.8 else [_key(letter) for letter in chance.choice(WORDS)]
    if isinstance(app.screen, ReviewScreen) and chance.random() < 0.4:
        return [chance.choice(DECIDES)]
    asks = chance.random() < ask
    keys = sorted(
        key
        for key, active in app.screen.active_bindings.items()
        if key not in NEVER and active.enabled and active.binding.id not in QUITS
        and (asks or active.binding.id not in RARE)
    )  # fmt: skip
    return [chance.choice(keys)] if keys else ["escape"]


def _key(letter: str) -> str:
    return {" ": "space", ":": "colon", "-": "minus"}.get(letter, letter)


async def wander(pilot: Pilot[None], keys: int, chance: Random, *, ask: float = 0.0) -> Counter[str]:
    """Press so many keys; how many on which screen."""
    screens = Counter[str]()
    while screens.total() < keys:
        coming = next_keys(pilot, chance, ask=ask)
        screens[type(pilot.app.screen).__name__] += len(coming)
        await pilot.press(*coming)
    return screens
