"""What the screens show, as styled text: pure functions from the review to `Content`.

Texts of sources and models go through `plain`, which keeps their length, so that a position in a text is the same
position on the screen; they are never read as markup.

Here is what the review shows, and what several screens do. What else there is to see is painted by modules of their
own, which their screens import.
"""

from unpack_tui.paint.common import GLYPHS, ORDERS, TOO_SMALL, WALKED, edge, message, title, wrong
from unpack_tui.paint.review import (
    about,
    coming,
    header,
    hints,
    layer_list,
    layer_strip,
    layer_text,
    list_height,
    quotations,
    source,
    status,
)
from unpack_tui.paint.steps import step_words

__all__ = [
    "GLYPHS",
    "ORDERS",
    "TOO_SMALL",
    "WALKED",
    "about",
    "coming",
    "edge",
    "header",
    "hints",
    "layer_list",
    "layer_strip",
    "layer_text",
    "list_height",
    "message",
    "quotations",
    "source",
    "status",
    "step_words",
    "title",
    "wrong",
]
