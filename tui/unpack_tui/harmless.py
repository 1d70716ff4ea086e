"""The last gate before the terminal: whatever a widget painted, nothing that could act gets through.

Texts are made plain where they are painted, so that places in them stay. Fields to write in show what is written as it
is: they, and whatever was forgotten, pass here. The widths that were laid out stay.
"""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from unpack_core.plain import plain


class Harmless(LineFilter):
    """Signs instead of what acts, nothing instead of what has no width."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002  # Textual's signature
        return [segment if segment.control else _harmless(segment) for segment in segments]


def _harmless(segment: Segment) -> Segment:
    text = plain(segment.text)
    if text == segment.text:
        return segment
    shown = (now for was, now in zip(segment.text, text, strict=True) if was == now or Segment(was).cell_length)
    return Segment("".join(shown), segment.style)
