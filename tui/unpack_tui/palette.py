"""The command palette: every action of the screen in view, with its key where it has one, commands and themes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from textual.app import SystemCommand
from textual.command import CommandPalette
from textual.markup import escape
from textual.screen import Screen
from textual.widgets import Input

from unpack_tui import themes
from unpack_tui.clipboard import copied
from unpack_tui.command_lines import to_copy
from unpack_tui.keys import in_force
from unpack_tui.screens.mode import Mode
from unpack_tui.screens.review import ReviewScreen


class Palette(Mode, CommandPalette):
    """Textual's own, silent while nothing is typed."""

    MODE = "the palette"
    FIELD = Input

    def on_mount(self) -> None:
        self.query_one(Input).cursor_blink = False


def offered(screen: Screen[Any]) -> Iterator[SystemCommand]:
    """What can be chosen; choosing what is not possible now says why."""
    told = ""
    for key in in_force(screen):
        if key.why_not and key.sentence == told:  # eight more tags that there are not
            continue
        told = key.sentence
        by = f" ({key.names[0]})" if key.names else ""
        yield _command(f"{key.label.capitalize()}{by}", key.sentence, key.why_not, screen, key.action)
    if isinstance(screen, ReviewScreen):
        for line in to_copy(screen.review):
            copy = partial(_copy, screen, line.command)
            yield SystemCommand(f"Copy a command: {line.name}", escape(line.command), copy)
    for name in themes.NAMES:
        yield _command(f"Theme: {name}", "For this session; config.toml keeps one.", "", screen, f"app.theme('{name}')")


def _command(title: str, sentence: str, why_not: str, screen: Screen[Any], action: str) -> SystemCommand:
    said = f"{sentence} Not now: {why_not}." if why_not else sentence
    return SystemCommand(title, escape(said), partial(screen.run_action, action))


def _copy(screen: ReviewScreen, command: str) -> None:
    screen.say(copied(screen.app, command))
