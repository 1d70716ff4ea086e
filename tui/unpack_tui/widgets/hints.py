"""The row of keys at the foot of a dialog, from their declarations."""

from __future__ import annotations

from typing import Any

from textual.content import Content
from textual.geometry import Size
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

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's own
        return len(self._rows(width))

    def render(self) -> Content:
        return Content("\n").join(self._rows(self.size.width))

    def _rows(self, width: int) -> list[Content]:
        """Broken between keys, so that a key and what it does stay together."""
        keys = in_force(self._of, hinted=True)
        parts = [
            Content.assemble((key.names[0], "" if key.why_not else "bold $foreground"), f" {key.label}") for key in keys
        ]
        rows: list[Content] = []
        for part in [*([Content(self._more)] if self._more else []), *parts]:
            joined = rows[-1] + "   " + part if rows else part
            if rows and joined.cell_length <= width:
                rows[-1] = joined
            else:
                rows.append(part)
        return rows
