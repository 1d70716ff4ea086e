"""The row of keys at the foot of a dialog, from their declarations."""

from __future__ import annotations

from typing import Any

from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from unpack_tui.keys import in_force


class Hints(Static):
    """A screen's hinted keys, and what its field does by itself."""

    DEFAULT_CLASSES = "hint"

    def __init__(self, screen: Screen[Any], more: str = "") -> None:
        super().__init__()
        self._of = screen
        self._more = more

    def render(self) -> Content:
        keys = in_force(self._of, hinted=True)
        parts = [
            Content.assemble((key.names[0], "" if key.why_not else "bold $foreground"), f" {key.label}") for key in keys
        ]
        return Content("   ").join([*([Content(self._more)] if self._more else []), *parts])
